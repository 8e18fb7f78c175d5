// Reads codes off one picture at a time, away from the page. It is fetched when a camera opens, and
// so is what it reads with: the browser's own detector where there is one, else ZXing beside this file.
//
// In: { n, kind, round, width, height, pixels } with RGBA pixels. Out: { n, codes: [{ text, format }], ms }.
// `round` counts the pictures; each looks in another way, so that a camera held still tries all of them.
'use strict';

/** What a page may ask for. */
const KINDS = {
  card: ['QRCode', 'Code128'],
  label: ['QRCode', 'Code128', 'Code39'],
  isbn: ['EAN13'],
  /** A label, or the number of the book itself. */
  book: ['QRCode', 'Code128', 'Code39', 'EAN13'],
  /** Any article's number: what the reading of ISBNs is measured with. */
  ean: ['EAN13'],
};
const NATIVE = { QRCode: 'qr_code', Code128: 'code_128', Code39: 'code_39', EAN13: 'ean_13' };

const LOCAL_AVERAGE = 0;
const GLOBAL_HISTOGRAM = 1;
/** Fewer lines of bars that agree let through what was never printed. */
const LINES_MIN = 4;

const plain = (picture) => [picture, LOCAL_AVERAGE];
const histogram = (picture) => [picture, GLOBAL_HISTOGRAM];
const sharp = (picture) => [sharpened(picture, 0.5), LOCAL_AVERAGE];
const soft = (picture) => [softened(picture), LOCAL_AVERAGE];
const twice = (picture) => [enlarged(picture, 2), LOCAL_AVERAGE];
const thrice = (picture) => [enlarged(picture, 3), LOCAL_AVERAGE];
const fine = (picture) => [bars(picture, { rows: 12, times: 3, radius: 3 }), LOCAL_AVERAGE];
const faint = (picture) => [bars(picture, { rows: 6, times: 2, radius: 12 }), LOCAL_AVERAGE];

const OF_BARS = [plain, fine, plain, faint, twice, soft];
const OF_BOTH = [plain, histogram, plain, fine, twice, sharp, plain, thrice, soft];

function waysOf(kind) {
  return KINDS[kind].includes('QRCode') ? OF_BOTH : OF_BARS;
}

self.onmessage = async ({ data }) => {
  const begun = performance.now();
  let codes = [];
  let failed = '';
  try {
    codes = (await read(data)).filter((code) => data.kind === 'ean' || !isArticle(code) || isIsbn(code.text));
  } catch (error) {
    failed = String(error);
  }
  self.postMessage({ n: data.n, codes, failed, ms: performance.now() - begun });
};

/** The browser's own detector for each kind, or `null` once it is known not to serve. */
const natives = new Map();

async function read(frame) {
  const formats = KINDS[frame.kind];
  if (natives.get(frame.kind) !== null) {
    try {
      if (!natives.has(frame.kind)) natives.set(frame.kind, await detector(formats));
      const { pixels, width, height } = frame;
      const found = await natives.get(frame.kind).detect(new ImageData(new Uint8ClampedArray(pixels), width, height));
      return found.map(({ rawValue, format }) => ({ text: rawValue, format: nameOf(format) }));
    } catch {
      natives.set(frame.kind, null);
    }
  }
  const ways = waysOf(frame.kind);
  const [picture, binarizer] = ways[frame.round % ways.length](grey(frame));
  return zxing(picture, binarizer, formats);
}

async function detector(formats) {
  const wanted = formats.map((format) => NATIVE[format]);
  const there = await self.BarcodeDetector.getSupportedFormats();
  if (!wanted.every((format) => there.includes(format))) throw new Error('not all are read');
  return new self.BarcodeDetector({ formats: wanted });
}

const nameOf = (format) => Object.keys(NATIVE).find((name) => NATIVE[name] === format) ?? format;

let loading;

function load() {
  loading ??= (async () => {
    importScripts('zxing_reader.js');
    const overrides = { locateFile: (file) => new URL(file, self.location.href).href };
    return self.ZXingWASM.prepareZXingModule({ overrides, fireImmediately: true });
  })().catch((error) => {
    // Without a network now, perhaps with one when the camera is opened again.
    loading = undefined;
    throw error;
  });
  return loading;
}

async function zxing({ width, height, grey }, binarizer, formats) {
  const module = await load();
  const at = module._malloc(grey.length);
  try {
    module.HEAPU8.set(grey, at);
    const found = module.readBarcodesFromPixmap(at, width, height, {
      formats: formats.join(','), binarizer, tryHarder: true, tryRotate: true, tryInvert: false, tryDownscale: true,
      tryDenoise: false, isPure: false, downscaleFactor: 3, downscaleThreshold: 500, minLineCount: LINES_MIN,
      maxNumberOfSymbols: 4, validateOptionalChecksum: false, returnErrors: false, eanAddOnSymbol: 0, textMode: 0,
      characterSet: 0, tryCode39ExtendedMode: true,
    });
    const codes = [];
    for (let i = 0; i < found.size(); i += 1) {
      const { isValid, text, format } = found.get(i);
      if (isValid) codes.push({ text, format });
    }
    found.delete();
    return codes;
  } finally {
    module._free(at);
  }
}

/** The bars of an article. Thirteen digits in any other code are whatever somebody printed. */
const isArticle = ({ format }) => format === 'EAN13';

/** A number of a book: thirteen digits of the two ranges, the last of which fits the others. */
function isIsbn(text) {
  if (!/^97[89]\d{10}$/.test(text)) return false;
  const sum = [...text].reduce((sum, digit, i) => sum + Number(digit) * (i % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

function grey({ width, height, pixels }) {
  const rgba = new Uint8Array(pixels);
  const grey = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 4) {
    grey[i] = (306 * rgba[at] + 601 * rgba[at + 1] + 117 * rgba[at + 2] + 512) >> 10;
  }
  return { width, height, grey };
}

/** Light between 0 and 255. */
const light = (value) => (value < 0 ? 0 : value > 255 ? 255 : value);

function sharpened({ width, height, grey: from }, amount) {
  const grey = from.slice();
  for (let y = 1; y < height - 1; y += 1) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i += 1) {
      grey[i] = light(from[i] + amount * (4 * from[i] - from[i - 1] - from[i + 1] - from[i - width] - from[i + width]));
    }
  }
  return { width, height, grey };
}

function softened({ width: w, height, grey: from }) {
  const grey = from.slice();
  for (let y = 1; y < height - 1; y += 1) {
    for (let i = y * w + 1; i < (y + 1) * w - 1; i += 1) {
      const sides = from[i - 1] + from[i + 1] + from[i - w] + from[i + w];
      const corners = from[i - w - 1] + from[i - w + 1] + from[i + w - 1] + from[i + w + 1];
      grey[i] = (4 * from[i] + 2 * sides + corners) >> 4;
    }
  }
  return { width: w, height, grey };
}

/** The middle, `times` as large, and no larger than the whole was or 640×480. */
function enlarged({ width: w, height: h, grey: from }, times) {
  const [cw, ch] = [Math.min(w, Math.floor(640 / times)), Math.min(h, Math.floor(480 / times))];
  const [left, top] = [(w - cw) >> 1, (h - ch) >> 1];
  const [width, height] = [cw * times, ch * times];
  const grey = new Uint8Array(width * height);
  const place = (at, size) => Math.min(size - 1.001, Math.max(0, (at + 0.5) / times - 0.5));
  for (let y = 0; y < height; y += 1) {
    const [fy, row] = [place(y, ch), y * width];
    const [iy, dy] = [fy | 0, fy % 1];
    for (let x = 0; x < width; x += 1) {
      const fx = place(x, cw);
      const [at, dx] = [(top + iy) * w + left + (fx | 0), fx % 1];
      const upper = from[at] + (from[at + 1] - from[at]) * dx;
      const lower = from[at + w] + (from[at + w + 1] - from[at + w]) * dx;
      grey[row + x] = upper + (lower - upper) * dy;
    }
  }
  return { width, height, grey };
}

/**
 * For upright bars that are thin or faint: `rows` lines become one, stretched sideways along a curve
 * through the points, and set off from the light within `radius` pixels around.
 */
function bars({ width: w, height: h, grey: from }, { rows, times, radius }) {
  const step = rows >> 1;
  const [width, height] = [w * times, Math.max(0, Math.floor((h - rows) / step) + 1)];
  const grey = new Uint8Array(width * height);
  const line = new Float32Array(w + 3);
  const wide = new Float32Array(width);
  const sums = new Float64Array(width + 1);
  const reach = radius * times;
  for (let j = 0; j < height; j += 1) {
    line.fill(0);
    for (let y = j * step; y < j * step + rows; y += 1) {
      for (let x = 0; x < w; x += 1) line[x + 1] += from[y * w + x];
    }
    line[0] = line[1];
    line[w + 1] = line[w + 2] = line[w];
    for (let x = 0; x < width; x += 1) {
      const fx = (x + 0.5) / times - 0.5;
      const i = Math.floor(fx);
      const t = fx - i;
      const [a, b, c, d] = [line[Math.max(0, i)], line[i + 1], line[i + 2], line[Math.min(w + 2, i + 3)]];
      wide[x] = (b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))) / rows;
      sums[x + 1] = sums[x] + wide[x];
    }
    for (let x = 0; x < width; x += 1) {
      const [low, high] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      grey[j * width + x] = light(2 * wide[x] - (sums[high] - sums[low]) / (high - low));
    }
  }
  return { width, height, grey };
}
