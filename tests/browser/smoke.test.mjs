// The page as a static host serves it: below a path, with nothing but files.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { DIST, open } from './support/browser.mjs';
import { serve } from './support/server.mjs';

test('the lab starts under a sub-path, without errors and without foreign requests', async () => {
  const lab = await open();
  try {
    assert.match(await lab.page.title(), /Election Lab/);
    assert.ok((await lab.page.locator('#app').innerText()).length > 0);
    await lab.page.waitForLoadState('networkidle');
    assert.deepEqual(lab.errors, []);
    assert.deepEqual(lab.foreign, []);
    const outside = lab.server.requests.filter((path) => !path.startsWith('/some/where/lab/'));
    assert.deepEqual(outside, []);
  } finally {
    await lab.close();
  }
});

test('the first visit does not load the workshop, the editor or the sandbox', async () => {
  const lab = await open();
  try {
    await lab.page.waitForLoadState('networkidle');
    const later = lab.server.requests.filter((path) => /workshop|editor|runner/.test(path));
    assert.deepEqual(later, []);
  } finally {
    await lab.close();
  }
});

test('the policy refuses inline scripts, eval and other hosts', async () => {
  const lab = await open();
  try {
    const refused = await lab.page.evaluate(async () => {
      const outcomes = {};
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      outcomes.inline = window.inlineRan === undefined;
      const image = new Image();
      outcomes.image = await new Promise((resolve) => {
        image.onload = () => resolve(false);
        image.onerror = () => resolve(true);
        image.src = 'http://127.0.0.2:9/x.png';
      });
      outcomes.fetch = await fetch('http://127.0.0.2:9/').then(() => false, () => true);
      return outcomes;
    });
    assert.deepEqual(refused, { inline: true, image: true, fetch: true });
    // Playwright evaluates past the policy, so eval is tried by a timer of the page's own.
    const evalRan = await lab.page.evaluate(() => new Promise((resolve) => {
      setTimeout('window.evalRan = true', 0);
      setTimeout(() => resolve(window.evalRan === true), 50);
    }));
    assert.equal(evalRan, false);
    const violations = lab.errors.filter((text) => /Content Security Policy/.test(text));
    assert.ok(violations.length >= 4, lab.errors.join('\n'));
  } finally {
    await lab.close();
  }
});

test('a module that does not arrive is said in plain words', async () => {
  const wasm = readdirSync(DIST).find((name) => /^election-lab.*\.wasm$/.test(name));
  const server = await serve(DIST);
  server.override(wasm, null);
  const lab = await open({ server, ready: false });
  try {
    const alert = lab.page.getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /could not be loaded.*reload/);
  } finally {
    await lab.close();
    await server.close();
  }
});

test('a workshop that does not arrive is said in its place, and the text can be read', async () => {
  const server = await serve(DIST);
  server.override('workshop_bg.wasm', null);
  const lab = await open({ server, route: '#/step/visual-model' });
  try {
    const alert = lab.page.getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /could not be loaded.*reload/);
    assert.ok(await lab.page.locator('.prose').first().isVisible());
  } finally {
    await lab.close();
    await server.close();
  }
});

test('without JavaScript the page says what it needs', async () => {
  const lab = await open({ javaScriptEnabled: false, ready: false });
  try {
    assert.match(await lab.page.locator('body').innerText(), /needs JavaScript/);
  } finally {
    await lab.close();
  }
});

test('the built files name no absolute path and no other host', () => {
  const html = readFileSync(`${DIST}/index.html`, 'utf8');
  const references = [...html.matchAll(/(?:href|src|data-js|data-wasm)=["']?([^"' >]+)/g)];
  assert.ok(references.length >= 4);
  for (const [, reference] of references) assert.match(reference, /^\.\//);
});
