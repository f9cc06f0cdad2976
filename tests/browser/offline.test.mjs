// Whatever was opened once opens again without a network, and a new version replaces an old one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { DIST, open } from './support/browser.mjs';
import { serve } from './support/server.mjs';

let server;
let lab;
let page;
const version = () => page.locator('#app-files').getAttribute('data-version');
/** Waits until the one store of this version holds a file whose address has this part. */
async function kept(version, part) {
  const stores = async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return names.map((name, i) => [name, requests[i].map(({ url }) => url)]);
  };
  let found;
  for (let tries = 0; tries < 60; tries += 1) {
    found = await page.evaluate(stores);
    const [[name, urls] = []] = found;
    if (found.length === 1 && name === `election-lab?${version}` && urls.some((url) => url.includes(part))) return;
    await page.waitForTimeout(500);
  }
  throw new Error(`${part} is not kept: ${JSON.stringify(found)}`);
}

before(async () => {
  server = await serve(DIST);
  lab = await open({ server, route: '#/lab', serviceWorkers: 'allow' });
  page = lab.page;
});
after(async () => {
  await lab?.close();
  await server?.close();
});

test('a new version is shown as soon as it can be reached, and the old one is forgotten', async () => {
  const old = await version();
  assert.match(old, /^[0-9a-f]{12}$/);
  await kept(old, 'workshop_bg.wasm');
  const html = await readFile(`${DIST}index.html`, 'utf8');
  server.override('', html.replace(old, 'ffffffffffff'));
  await page.reload();
  assert.equal(await version(), 'ffffffffffff');
  await page.getByTestId('play').waitFor();
  // The worker of the old version may still be busy; it goes when nobody looks at the page.
  await page.goto('about:blank');
  await page.goto(`${server.base}#/lab`);
  await page.getByTestId('play').waitFor();
  await kept('ffffffffffff', 'workshop_bg.wasm?ffffffffffff');
});

test('without a network the page opens, and so does what was opened before', async () => {
  await kept('ffffffffffff', 'workshop.css?ffffffffffff');
  await kept('ffffffffffff', 'election-lab-');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await server.close();
  await page.reload();
  await page.getByTestId('play').click();
  await page.getByTestId('play').click();
  assert.notEqual(await page.getByTestId('clock').innerText(), '0.000 s');
  await page.goto(`${server.base}?embed=1#/step/why`);
  await page.locator('main h1').waitFor();
  assert.deepEqual(lab.foreign, []);
});
