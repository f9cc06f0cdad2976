// Starts the app, and says what to do if it does not start. A file of its own because the page's
// content security policy allows no inline script.
const { js, wasm } = document.getElementById('app-files').dataset;
const absolute = (path) => new URL(path, document.baseURI).href;

const fail = (error) => {
  console.error(error);
  const status = document.getElementById('boot-status');
  if (!status) return; // The app is up; it reports its own trouble.
  status.setAttribute('role', 'alert');
  status.textContent = typeof WebAssembly === 'object'
    ? 'The lab could not be loaded. Check your connection and reload the page.'
    : 'This browser cannot run WebAssembly, which the lab is made of. Open the page in a current browser.';
};

import(absolute(js))
  .then((app) => app.default({ module_or_path: absolute(wasm) }))
  .catch(fail);
