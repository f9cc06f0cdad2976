// Submissions that try to get out, to forge a pass, or to take the page down. Each file of
// corpus/ begins with a line that lists the verdicts allowed for it; what follows is submitted.
// After each: no connection anywhere, no dialog, no navigation, the page never stood still for
// more than 200 ms, and a correct submission passes next. Run in Chromium and in Firefox.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { DIST, open } from './support/browser.mjs';
import { submit } from './support/editor.mjs';
import { serve } from './support/server.mjs';

const STILL_AT_MOST = 200; // ms
const CHALLENGE = 'validate-operation';
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const solution = readFileSync(here(`../../challenges/${CHALLENGE}/solution.js`), 'utf8');

const corpus = readdirSync(here('corpus')).sort().map((file) => {
  const [first, ...rest] = readFileSync(here(`corpus/${file}`), 'utf8').split('\n');
  const allowed = first.replace('// allowed: ', '').split(' ');
  return { name: file.replace('.js', ''), allowed, source: rest.join('\n').replace(/\n$/, '') };
});
const pad = (length) => `${solution}//${'x'.repeat(length - solution.length - 2)}`;
corpus.push(
  { name: 'five megabytes', allowed: ['too-long'], source: pad(5 * 1024 * 1024) },
  { name: 'one byte more than 64 kB', allowed: ['too-long'], source: pad(64 * 1024 + 1) },
  { name: 'exactly 64 kB', allowed: ['passed'], source: pad(64 * 1024) },
);

// The runner beside the page, and on another site: of that one a part of the corpus is enough,
// since it is the same document.
for (const { where, part } of [{ where: 'beside the page', part: 1 }, { where: 'on another site', part: 5 }]) {
  const submissions = corpus.filter((_, index) => index % part === 0);

  describe(`hostile submissions, the runner ${where}`, () => {
    const apart = where !== 'beside the page';
    let far; // The other site's server.
    let lab;
    let panel;
    let elsewhere; // A server that nobody may reach.
    const connections = [];
    const surprises = [];

    before(async () => {
      elsewhere = createServer((socket) => {
        connections.push('a connection to another host');
        socket.destroy();
      });
      await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      const server = await serve(DIST);
      if (apart) {
        // To a browser, localhost and 127.0.0.1 are different sites.
        far = await serve(DIST);
        const address = far.base.replace('127.0.0.1', 'localhost');
        const page = readFileSync(`${DIST}index.html`, 'utf8')
          .replace("frame-src 'self'", `frame-src ${new URL(address).origin}`)
          .replace('<meta name="referrer"', `<meta name="runner" content="${address}runner.html">$&`);
        server.override('', page);
      }
      lab = await open({ route: '#/step/challenge', server });
      lab.server = server;
      lab.page.on('dialog', (dialog) => {
        surprises.push(`a dialog: ${dialog.message()}`);
        dialog.dismiss();
      });
      lab.page.on('framenavigated', (frame) => {
        if (frame === lab.page.mainFrame()) surprises.push(`a navigation: ${frame.url()}`);
      });
      lab.page.on('crash', () => surprises.push('a crash'));
      lab.context.on('page', (page) => surprises.push(`a new tab: ${page.url()}`));
      panel = lab.page.getByTestId(`challenge-${CHALLENGE}`);
      await panel.locator('code-editor').waitFor();
      await lab.page.waitForFunction(() => document.querySelector('code-editor')?.shadowRoot);
      assert.equal(await submit(panel, solution), 'passed');
    });

    after(async () => {
      await lab?.close();
      await lab?.server.close();
      await far?.close();
      elsewhere?.close();
    });

    /** Submits it and gives the verdict and for how long the page stood still at most. */
    async function attack(source) {
      await lab.page.evaluate(() => {
        let last = performance.now();
        window.stoodStill = 0;
        window.ticks = setInterval(() => {
          const now = performance.now();
          window.stoodStill = Math.max(window.stoodStill, now - last);
          last = now;
        }, 10);
      });
      const verdict = await submit(panel, source);
      const still = await lab.page.evaluate(() => {
        clearInterval(window.ticks);
        return window.stoodStill;
      });
      return { verdict, still };
    }

    test('the runner is where it should be', () => {
      const asked = (server) => server.requests.some((path) => path.endsWith('/runner.html'));
      assert.equal(asked(lab.server), !apart);
      if (apart) assert.ok(asked(far));
    });

    test('there are enough of them', () => assert.ok(corpus.length >= 60, `only ${corpus.length}`));

    for (const { name, allowed, source } of submissions) {
      test(name, async () => {
        const { port } = elsewhere.address();
        const text = source.replaceAll('__ELSEWHERE__', `http://127.0.0.1:${port}/`);
        const before = lab.server.requests.length;
        let { verdict, still } = await attack(text);
        // More tries tell a page that is held up, or code that never ends, from a machine that has
        // other things to do.
        const busy = () => still > STILL_AT_MOST || (verdict === 'timeout' && !allowed.includes('timeout'));
        for (let tries = 1; busy() && tries < 4; tries += 1) {
          ({ verdict, still } = await attack(text));
        }

        assert.ok(allowed.includes(verdict), `${verdict}, and not ${allowed.join(' or ')}`);
        assert.ok(still <= STILL_AT_MOST, `the page stood still for ${Math.round(still)} ms`);
        assert.equal(await submit(panel, solution), 'passed', 'the correct submission after it');
        const requests = lab.server.requests.slice(before).filter((path) => !path.endsWith('/runner.html'));
        if (apart) requests.push(...far.requests.filter((path) => !path.endsWith('/runner.html')));
        assert.deepEqual([...requests, ...connections.splice(0), ...surprises.splice(0)], []);
        assert.equal(await lab.page.locator('iframe').count(), 0, 'a frame is left in the page');
      });
    }

    test('whatever they tried would have been noticed', async () => {
      const noticed = async (what) => {
        for (let tries = 0; tries < 100 && connections.length + surprises.length === 0; tries += 1) await sleep(50);
        assert.match([...connections.splice(0), ...surprises.splice(0)].join(), what);
      };
      await lab.page.evaluate(() => { setTimeout(() => alert('hello'), 0); });
      await noticed(/a dialog: hello/);
      await lab.page.evaluate(() => { location.hash = '#/sources'; });
      await noticed(/a navigation: .*sources/);
      const tab = await lab.context.newPage();
      await noticed(/a new tab/);
      await tab.goto(`http://127.0.0.1:${elsewhere.address().port}/`).catch(() => {}); // It hangs up.
      await noticed(/a connection to another host/);
    });
  });
}
