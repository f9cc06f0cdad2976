// Starts the page, and says what to do if it does not start. A file of its own because the page's
// content security policy allows no inline script.
const { js, wasm, version } = document.getElementById('app-files').dataset;
const absolute = (path) => new URL(path, document.baseURI).href;

// What was chosen on an earlier visit, before anything is drawn.
try {
  const { settings } = JSON.parse(localStorage.getItem('election-lab')).progress;
  document.documentElement.dataset.theme = settings.theme;
  document.documentElement.dataset.motion = settings.motion;
} catch {
  // Nothing was kept, or nothing that can be read; the page says so if it matters.
}

const loadStyles = (address) => new Promise((resolve) => {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address });
  // Without them a part looks plain, and works.
  link.onload = link.onerror = resolve;
  document.head.append(link);
});

const keep = () => {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
  navigator.serviceWorker?.controller?.postMessage(loaded);
};

let workshop;
const loadWorkshop = () => {
  workshop ??= import(absolute(`workshop.js?${version}`)).then(async (module) => {
    const styles = loadStyles(absolute(`workshop.css?${version}`));
    await module.default({ module_or_path: absolute(`workshop_bg.wasm?${version}`) });
    await styles;
    keep();
    return module;
  });
  return workshop;
};

// The place of a part that runs. The page sets `kind`, `argument` and the property `progress`;
// the workshop, loaded with the first of these elements, fills it and sends `done` events.
customElements.define('lab-part', class extends HTMLElement {
  #progress;
  #workshop;
  #host;

  set progress(bytes) {
    this.#progress = bytes;
    if (this.#host) this.#workshop.learn(bytes);
    else this.#open();
  }

  connectedCallback() { this.#open(); }

  disconnectedCallback() {
    if (!this.#host) return;
    this.#workshop.close(this.#host);
    this.#host.remove();
    this.#host = undefined;
  }

  async #open() {
    try {
      this.#workshop = await loadWorkshop();
    } catch (error) {
      workshop = undefined;
      console.error(error);
      this.#say('This part could not be loaded. Check your connection and reload the page.');
      return;
    }
    if (!this.isConnected || !this.#progress || this.#host) return;
    this.#host = this.appendChild(document.createElement('div'));
    this.#workshop.open(this, this.#host, this.#progress);
  }

  #say(words) {
    const place = this.querySelector('.waiting');
    place.setAttribute('role', 'alert');
    place.textContent = words;
  }
});

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

// Whatever was opened once opens again without a network: see offline.js. It takes over while the
// page is there already, and where that is not possible, nothing is lost but this.
addEventListener('load', () => {
  const workers = navigator.serviceWorker;
  workers?.addEventListener('controllerchange', keep);
  workers?.register(`offline.js?${version}`).catch(console.info);
});
