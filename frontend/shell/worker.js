// Keeps one version of this app on the device, so that a reload without a network opens it and its scanner. Each app
// has its own, served beside its page and registered by `register.js` once the first screen stands.
//
// It keeps files of the app alone. What the API says is neither looked at here nor kept. At the desk it also shows
// that there is something to read, when the server sends word of it (`functions/service/src/notify/push.rs`).
'use strict';

/** Written in when the app is built (`infra/xtask/src/shell.rs`): the version, the files of the first screen, and those that follow when there is time. */
const BUILT = null;

/** Where this app is served: `/` or `/desk/`. */
const HOME = new URL('./', self.location).pathname;
const PREFIX = `linli ${HOME} `;
const NAME = PREFIX + BUILT.version;
/** Below the residents' app, and not of it. */
const OTHERS = /^(desk|v1|_local)(\/|$)/;
/** A file whose name has the digest of what is in it; Trunk writes one of 16 without the zeros it begins with. */
const HASHED = /(^|[-./_])[0-9a-f]{12,}([-./_]|$)/;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => event.data === 'ahead' && event.waitUntil(ahead()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || !pathname.startsWith(HOME)) return;
  const path = pathname.slice(HOME.length);
  if (OTHERS.test(path)) return;
  if (request.mode === 'navigate') {
    if (!path.split('/').at(-1).includes('.')) event.respondWith(page(request));
  } else if (path.startsWith('scan/') || HASHED.test(path)) {
    event.respondWith(file(event));
  }
});

/** What the server sealed for this browser: a title, a text without anybody's name, and the page that it leads to. */
self.addEventListener('push', (event) => {
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    // Told without words rather than not at all.
  }
  const { title = '邻里', body = '有一条提醒', open = HOME, tag } = said;
  event.waitUntil(self.registration.showNotification(title, { body, tag, renotify: Boolean(tag), requireInteraction: true, data: open }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show(new URL(event.notification.data ?? HOME, self.location)));
});

/** A page of this app that is open already goes there; otherwise one is opened. Never a page of somebody else. */
async function show(to) {
  if (to.origin !== self.location.origin) return;
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const ours = pages.find((page) => new URL(page.url).pathname.startsWith(HOME));
  const there = to.pathname.startsWith(HOME.replace(/\/$/, '')) ? await ours?.navigate(to.href).catch(() => undefined) : undefined;
  await (there ? there.focus() : self.clients.openWindow(to.href));
}

async function install() {
  const kept = await caches.open(NAME);
  await kept.addAll(BUILT.first.map((path) => HOME + path));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** One file after another. What fails is fetched when a page asks the next time. */
async function ahead() {
  const kept = await caches.open(NAME);
  for (const path of BUILT.later) {
    if (!(await kept.match(HOME + path))) await kept.add(HOME + path);
  }
}

/** From the network, unless that fails or hesitates: a weak line must not keep a page away that is here. */
async function page(request) {
  const kept = async () => (await caches.open(NAME)).match(HOME);
  const asked = fetch(request).then((answer) => (answer.status >= 500 ? undefined : answer), () => undefined);
  const soon = new Promise((done) => setTimeout(done, 3_000));
  return (await Promise.race([asked, soon])) ?? (await kept()) ?? (await asked) ?? Response.error();
}

async function file(event) {
  const { request } = event;
  try {
    const kept = await caches.open(NAME);
    const found = await kept.match(request, { ignoreVary: true });
    if (found) return found;
    const answer = await fetch(request);
    if (answer.status === 200) event.waitUntil(kept.put(request, answer.clone()));
    return answer;
  } catch {
    return Response.error();
  }
}
