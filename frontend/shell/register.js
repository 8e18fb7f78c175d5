// Has the browser keep the app for when there is no network. Brought once the first screen and the parts of the app
// that follow it are there; only where a page may have a worker: over https, or on the machine itself.
const { serviceWorker } = navigator;

if (serviceWorker && window.isSecureContext) {
  const ahead = () => serviceWorker.controller?.postMessage('ahead');
  serviceWorker.addEventListener('controllerchange', ahead);
  // Where that fails, everything goes on as it would without.
  serviceWorker.register(new URL('worker.js', import.meta.url)).then(ahead, () => undefined);
}
