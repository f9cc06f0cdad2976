// What the page may do, what it loads, and what it says when things go wrong around it.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { DIST, open } from './support/browser.mjs';
import { checks, places, visit } from './support/course.mjs';
import { serve } from './support/server.mjs';

const WITH_EDITOR = ['code-example', 'experiment', 'challenge'];
const wasm = readdirSync(DIST).find((name) => /^election-lab.*\.wasm$/.test(name));

test('the policy in index.html allows our own files and nothing else', () => {
  const html = readFileSync(`${DIST}index.html`, 'utf8');
  const [, policy] = /http-equiv="?Content-Security-Policy"? content="([^"]*)"/i.exec(html);
  const rules = new Map(policy.split(';').map((rule) => rule.trim().split(/\s+/)).map(([name, ...values]) => [name, values]));
  assert.deepEqual(rules.get('default-src'), ["'none'"]);
  assert.deepEqual(rules.get('script-src'), ["'self'", "'wasm-unsafe-eval'"]);
  assert.deepEqual(rules.get('connect-src'), ["'self'"]);
  assert.deepEqual(rules.get('style-src'), ["'self'"]);
  for (const name of ['base-uri', 'form-action']) assert.deepEqual(rules.get(name), ["'none'"]);
  for (const [name, values] of rules) {
    assert.ok(!values.some((value) => /unsafe-inline|unsafe-eval'$|\*|http/.test(value.replace("'wasm-unsafe-eval'", ''))), name);
  }
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc)[^>]*>/, 'an inline script');
});

describe('in one visit', () => {
  let lab;
  before(async () => {
    lab = await open();
  });
  after(() => lab?.close());

  test('the editor is loaded only where code is edited', async () => {
    const { page, server } = lab;
    const loaded = () => server.requests.some((path) => path.endsWith('/editor.js'));
    for (const { name } of places.filter((place) => !WITH_EDITOR.includes(place.name))) {
      await visit(page, name);
      assert.equal(loaded(), false, name);
    }
    for (const name of WITH_EDITOR) {
      await visit(page, name);
      await page.locator('.cm-content').waitFor();
    }
    assert.equal(server.requests.filter((path) => path.endsWith('/editor.js')).length, 1);
    assert.deepEqual([...lab.errors, ...lab.foreign], []);
  });

  test('every place can be linked to, reloaded, and left by the back button', async () => {
    const { page } = lab;
    for (const { name, route, heading } of places) {
      await page.goto(`${lab.base}?${encodeURIComponent(name)}${route}`);
      await page.locator('main h1').and(page.getByText(heading, { exact: true })).waitFor();
      assert.match(await page.title(), /Election Lab/);
    }
    await visit(page, 'why');
    await visit(page, 'terms');
    await page.goBack();
    await page.locator('article[data-step=why]').waitFor();
    await page.goForward();
    await page.locator('article[data-step=terms]').waitFor();
    assert.deepEqual(lab.errors, []);
  });

  test('an address that does not exist says so, and leads back', async () => {
    const { page } = lab;
    for (const hash of ['#/step/no-such-step', '#/nowhere', '#/step/why/more', '#/step/%00%3Cb%3E']) {
      await page.goto(`${lab.base}?${Math.random()}${hash}`);
      await page.locator('main h1').and(page.getByText('There is nothing here')).waitFor();
    }
    await page.getByRole('link', { name: 'To the start' }).click();
    await page.getByTestId('begin').waitFor();
    assert.deepEqual(lab.errors, []);
  });

  test('the sandbox is a frame without the page\'s origin', async () => {
    const { page } = lab;
    await visit(page, 'code-example');
    await page.locator('.cm-content').waitFor();
    const frame = page.evaluate(() => new Promise((resolve) => {
      new MutationObserver((records, observer) => {
        const found = document.querySelector('iframe');
        if (!found) return;
        observer.disconnect();
        resolve(found.getAttribute('sandbox'));
      }).observe(document.documentElement, { childList: true, subtree: true });
    }));
    await page.locator('[data-testid=run]:not([aria-disabled=true])').click();
    assert.equal(await frame, 'allow-scripts');
    await page.locator('[data-verdict=ran]').waitFor();
  });
});

test('it works at the root of a host and deep below one', async () => {
  for (const prefix of ['/', '/~somebody/a%20b/c/']) {
    const server = await serve(DIST, decodeURI(prefix));
    const lab = await open({ server: { ...server, base: new URL(prefix, server.base).href }, route: '#/step/challenge' });
    try {
      await lab.page.locator('.cm-content').waitFor();
      await lab.page.getByTestId('run').click();
      await lab.page.locator('[data-verdict=wrong]').waitFor();
      assert.deepEqual([...lab.errors, ...lab.foreign], []);
    } finally {
      await lab.close();
      await server.close();
    }
  }
});

test('a module that arrives broken is said in plain words', async () => {
  const server = await serve(DIST);
  server.override(wasm, readFileSync(DIST + wasm).subarray(0, 1000));
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

test('without the editor\'s file, code is edited in a plain field', async () => {
  const server = await serve(DIST);
  server.override('editor.js', null);
  const lab = await open({ server, route: '#/step/challenge' });
  try {
    const field = lab.page.getByRole('textbox', { name: 'Your code for validateOperation' });
    await field.fill('const validateOperation = (now, operation) => operation?.token === now;');
    await field.press('Control+Enter');
    await lab.page.locator('[data-verdict=passed]').waitFor();
  } finally {
    await lab.close();
    await server.close();
  }
});

test('a panic shows what to do, and what was done before it is kept', async () => {
  const lab = await open({ route: '#/step/why' });
  try {
    const { page } = lab;
    await page.getByTestId('quiz-silence').getByTestId(`option-${checks.get('silence').right}`).click();
    await page.getByTestId('progress').and(page.getByText('1/9')).waitFor();
    // As an extension might that meddles with the page.
    await page.evaluate(() => {
      Node.prototype.insertBefore = () => {
        throw new DOMException('Meddled with.', 'NotFoundError');
      };
    });
    await page.getByTestId('retry').click();
    const panel = page.locator('.panic');
    await panel.waitFor();
    assert.equal(await panel.getAttribute('role'), 'alert');
    assert.match(await panel.innerText(), /our fault.*progress is kept.*Reload/s);
    assert.equal(await page.locator('.panic').count(), 1);
    await panel.getByRole('button', { name: 'Reload the lab' }).click();
    await panel.waitFor({ state: 'detached' });
    await page.getByTestId('progress').and(page.getByText('1/9')).waitFor();
  } finally {
    await lab.close();
  }
});
