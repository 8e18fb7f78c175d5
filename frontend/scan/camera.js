// A camera on a page: <scan-camera kind="card"> around a <video> and, for a photograph, an <input type="file">.
// Fetched when somebody opens the camera. It takes frames, has the worker read them and says what it
// learns in events named `scan`; what counts as read, and every word, is the page's affair.
//
// Attributes: `kind` as the worker has them, which may change while pictures come; `camera`, the one that was chosen; `torch`, "on" or "off";
// `took`, a number that grows with each code taken, which is answered by a sound and a buzz.

const WIDTH = 640;
const HEIGHT = 480;
/** The longer side of a photograph. */
const PHOTO_MAX = 1280;
/** So many ways of looking at a photograph, and one more, as a code counts when it was read twice. */
const PHOTO_ROUNDS = 18;
/** From one frame to the next, so that an old phone stays cool. */
const GAP_MS = 80;
/** So long without a code that was taken, and the page offers to type; and again after as long. */
const QUIET_MS = 20_000;

/** The pixels of the middle of a picture that is `width`×`height`, in the shape of a frame. */
export function frameOf(source, width, height) {
  const scale = Math.min(width / WIDTH, height / HEIGHT);
  const [w, h] = [Math.round(WIDTH * scale), Math.round(HEIGHT * scale)];
  return drawn(source, [(width - w) / 2, (height - h) / 2, w, h], WIDTH, HEIGHT);
}

/** The pixels of a whole picture, made smaller where it is larger than `most`. */
export function photoOf(source, most = PHOTO_MAX) {
  const { width, height } = source;
  const scale = Math.min(1, most / Math.max(width, height));
  return drawn(source, [0, 0, width, height], Math.round(width * scale), Math.round(height * scale));
}

const canvas = document.createElement('canvas');
const pen = canvas.getContext('2d', { willReadFrequently: true });

function drawn(source, [x, y, w, h], width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  pen.drawImage(source, x, y, w, h, 0, 0, width, height);
  return { width, height, pixels: pen.getImageData(0, 0, width, height).data.buffer };
}

/** One for as long as the page lives, so that a camera opens again without a network. */
let worker;
let asked = 0;
const waiting = new Map();

function awake() {
  if (worker) return worker;
  const mine = (worker = new Worker(new URL('worker.js', import.meta.url)));
  mine.onmessage = ({ data }) => answer(data.n, (ask) => (data.failed ? ask.failed(new Error(data.failed)) : ask.done(data)));
  mine.onerror = () => {
    mine.terminate();
    if (worker === mine) worker = undefined;
    for (const n of [...waiting.keys()]) answer(n, (ask) => ask.failed(new Error('the worker stopped')));
  };
  return mine;
}

function answer(n, how) {
  const ask = waiting.get(n);
  waiting.delete(n);
  if (ask) how(ask);
}

/** Has pictures read for codes of one kind, one at a time. */
export class Reader {
  constructor(kind) {
    this.kind = kind;
  }

  /** Gives the pixels away. */
  read(round, picture) {
    const n = (asked += 1);
    return new Promise((done, failed) => {
      waiting.set(n, { done, failed });
      awake().postMessage({ n, kind: this.kind, round, ...picture }, [picture.pixels]);
    });
  }
}

const WHY = {
  NotAllowedError: 'denied', SecurityError: 'denied',
  NotFoundError: 'none', OverconstrainedError: 'none',
  NotReadableError: 'busy', AbortError: 'busy',
};

class ScanCamera extends HTMLElement {
  static observedAttributes = ['kind', 'camera', 'torch', 'took'];

  connectedCallback() {
    this.reader = new Reader(this.getAttribute('kind') ?? 'card');
    this.round = 0;
    this.turn = 0;
    this.photos ??= 0;
    this.seen = () => (document.hidden ? this.stop() : this.start());
    document.addEventListener('visibilitychange', this.seen);
    this.addEventListener('change', (event) => this.photo(event.target));
    // The children of an element that is just being put together follow it.
    queueMicrotask(() => {
      if (!this.isConnected) return;
      this.start();
      // A photograph that was chosen before this script had come.
      const early = this.querySelector('input[type=file]');
      if (early?.files?.length) this.photo(early);
    });
  }

  disconnectedCallback() {
    document.removeEventListener('visibilitychange', this.seen);
    this.stop();
    void this.sound?.close();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || !this.reader || before === now) return;
    if (name === 'kind') this.reader = new Reader(now);
    if (name === 'camera' && now && now !== this.current) this.start();
    if (name === 'torch') this.light(now === 'on');
    if (name === 'took' && now !== '0') {
      this.cheer();
      if (this.stream) this.wait();
    }
  }

  tell(what, more = {}) {
    this.dispatchEvent(new CustomEvent('scan', { detail: JSON.stringify({ what, ...more }), bubbles: true }));
  }

  async start() {
    this.stop();
    const mine = this.turn;
    const still = () => mine === this.turn;
    if (!navigator.mediaDevices?.getUserMedia) return this.tell('trouble', { why: 'unsupported' });
    try {
      const chosen = this.getAttribute('camera');
      const which = chosen ? { deviceId: { exact: chosen } } : { facingMode: { ideal: 'environment' } };
      const stream = await navigator.mediaDevices.getUserMedia({ video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false });
      if (!still()) return release(stream);
      this.stream = stream;
      const video = this.querySelector('video');
      video.muted = true;
      video.srcObject = stream;
      video.onloadedmetadata = () => video.play().catch(() => undefined);
      const [track] = stream.getVideoTracks();
      track.onended = () => still() && this.fail('busy');
      const all = await navigator.mediaDevices.enumerateDevices();
      if (!still()) return;
      const cameras = all.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }) => ({ id: deviceId, label }));
      this.current = track.getSettings().deviceId ?? '';
      this.tell('live', { cameras, camera: this.current, torch: Boolean(track.getCapabilities?.().torch) });
      this.wait();
      await this.look(video, still);
    } catch (error) {
      if (still()) this.fail(WHY[error.name] ?? 'failed');
    }
  }

  /** The page moves the focus to its field: not away from somebody who fills in another. */
  wait() {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      const { activeElement: at } = document;
      const elsewhere = at?.matches('input, textarea, select') && !this.closest('form')?.contains(at);
      if (!elsewhere) this.tell('quiet');
      this.wait();
    }, QUIET_MS);
  }

  fail(why) {
    this.stop();
    this.tell('trouble', { why });
  }

  stop() {
    this.turn += 1;
    clearTimeout(this.quiet);
    release(this.stream);
    this.stream = null;
    const video = this.querySelector('video');
    if (video) video.srcObject = null;
  }

  async look(video, still) {
    while (still()) {
      const begun = performance.now();
      if (video.videoWidth && !video.paused) {
        const { codes, ms } = await this.reader.read(this.round, frameOf(video, video.videoWidth, video.videoHeight));
        if (!still()) return;
        this.round += 1;
        this.found(codes, ms);
      }
      await new Promise((done) => setTimeout(done, Math.max(0, GAP_MS - (performance.now() - begun))));
    }
  }

  found(codes, ms, more = {}) {
    this.tell('codes', { codes: codes.map(({ text }) => text), ms, ...more });
  }

  async photo(input) {
    const file = input.files?.[0];
    if (!file) return;
    const photo = (this.photos += 1);
    const still = () => photo === this.photos && this.isConnected;
    input.value = '';
    try {
      const picture = photoOf(await createImageBitmap(file));
      for (let round = 0; round < PHOTO_ROUNDS && still(); round += 1) {
        const { codes, ms } = await this.reader.read(round, { ...picture, pixels: picture.pixels.slice(0) });
        if (still()) this.found(codes, ms, { photo });
      }
    } catch {
      // What is no picture has no code either.
    }
    if (still()) this.tell('looked', { photo });
  }

  light(on) {
    const [track] = this.stream?.getVideoTracks() ?? [];
    track?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => undefined);
  }

  cheer() {
    navigator.vibrate?.(80);
    try {
      this.sound ??= new AudioContext();
      const [tone, loud] = [this.sound.createOscillator(), this.sound.createGain()];
      const now = this.sound.currentTime;
      tone.frequency.value = 880;
      loud.gain.setValueAtTime(0.2, now);
      loud.gain.exponentialRampToValueAtTime(0.001, now + 0.15);
      tone.connect(loud).connect(this.sound.destination);
      tone.start(now);
      tone.stop(now + 0.15);
    } catch {
      // A phone without sound still shows it.
    }
  }
}

function release(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

if (!customElements.get('scan-camera')) customElements.define('scan-camera', ScanCamera);
