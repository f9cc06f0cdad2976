// The page in a real browser, as a visitor gets it from a static host.
//
//   const lab = await open({ route: '#/lesson', viewport: { width: 360, height: 740 } });
//   await lab.page.getByTestId('run').click();
//   assert.deepEqual(lab.errors, []);
//   await lab.close();

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, firefox } from 'playwright-core';

import { serve } from './server.mjs';

export const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));

const ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-gpu',
  '--disable-quic',
];

/**
 * Starts the browser that TEST_BROWSER names, Chromium unless it says `firefox`: the executable
 * that CHROMIUM or FIREFOX names, else Debian's.
 */
export function launch() {
  return process.env.TEST_BROWSER === 'firefox' ? launchFirefox() : launchChromium();
}

function launchChromium() {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Chromium refuses to run its own sandbox as root.
    args: asRoot ? ['--no-sandbox', ...ARGS] : ARGS,
  });
}

/**
 * Firefox as people have it, through WebDriver BiDi, and not the one that Playwright alters. It
 * needs no option to run as root. What BiDi has no word for yet (touch, reduced motion, no
 * JavaScript, printing) cannot be tested there, and a playwright-core newer than 1.64 asks the
 * Firefox 153 of Debian for a command that it does not have.
 */
function launchFirefox() {
  return firefox.launch({
    channel: 'moz-firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
  });
}

/**
 * Opens the built page in a browser of its own and waits until the app has taken over.
 *
 * Options: `route` (hash, default none), `server` (default: a new one over dist/), `ready`
 * (false: do not wait for the app), and all of Playwright's context options, such as `viewport`,
 * `colorScheme`, `reducedMotion`, `storageState`, `hasTouch`. Nothing is kept for going offline
 * unless `serviceWorkers: 'allow'` says so.
 *
 * Gives `page`, `context`, `base` (the address up to the route), `server`, and the lists
 * `errors` (console errors and uncaught exceptions) and `foreign` (requests to other hosts),
 * which go on being filled. `newPage()` opens another tab that is watched in the same way.
 */
export async function open({ route = '', server, ready = true, ...context } = {}) {
  if (!existsSync(DIST)) throw new Error('There is no dist/. Build it by `cargo xtask build`.');
  const ownServer = server ? null : await serve(DIST);
  const { base } = server ?? ownServer;
  const browser = await launch();
  const errors = [];
  const foreign = [];

  const tabs = await browser.newContext({ reducedMotion: 'no-preference', serviceWorkers: 'block', ...context });
  tabs.setDefaultTimeout(10_000);
  tabs.on('request', (request) => {
    const url = new URL(request.url());
    const ours = url.origin === new URL(base).origin || ['data:', 'blob:'].includes(url.protocol);
    if (!ours) foreign.push(request.url());
  });
  tabs.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  tabs.on('weberror', (event) => errors.push(String(event.error())));

  const newPage = async (address = base + route) => {
    const page = await tabs.newPage();
    await page.goto(address);
    if (ready) await page.locator('#boot-status').waitFor({ state: 'detached' });
    return page;
  };

  const close = async () => {
    await browser.close();
    await ownServer?.close();
  };

  try {
    const page = await newPage();
    return { page, context: tabs, base, server: server ?? ownServer, errors, foreign, newPage, close };
  } catch (error) {
    await close();
    throw error;
  }
}
