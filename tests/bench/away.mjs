// How long any task keeps the page's own thread busy while a worker runs an experiment or a
// search, in the built page in a real Chromium: from pressing the button on, with every picture
// that is drawn meanwhile. Prints figures beside their limits; asserts nothing.

import { open } from '../browser/support/browser.mjs';
import { longest, tasks, traced } from './figures.mjs';

const SECONDS = 5;
const SLUGS = [
  'figure-16', 'split-votes', 'heartbeat-timeout', 'messages', 'failover', 'lease-ttl',
  'flapping-link', 'even-or-odd', 'adversary',
];
/** More than any of them runs in that time. */
const TRIALS = 1_000_000;

const lab = await open({ viewport: { width: 1280, height: 900 } });
const { page } = lab;
const id = (name) => page.getByTestId(name);
const debuggee = await page.context().newCDPSession(page);

/** What is measured while it goes on, from the press of a button. */
async function during(name, button) {
  // What the visit itself takes is over, and what an earlier one left is gone.
  await page.waitForTimeout(1000);
  await debuggee.send('HeapProfiler.collectGarbage');
  const { events } = await traced(page, async () => {
    await id(button).click();
    await page.waitForTimeout(SECONDS * 1000);
  });
  console.log(`${name}, ${SECONDS} s`);
  longest(tasks(events), '<= 8 ms');
  // It may be over by then.
  if (await id('cancel').getAttribute('aria-disabled') === 'false') await id('cancel').click();
}

for (const slug of SLUGS) {
  await page.goto(`${lab.base}?${slug}#/experiments/${slug}`);
  await id('just-show').click();
  await id('trials').fill(String(TRIALS));
  await id('trials').blur();
  await during(`Experiment ${slug}`, 'run-experiment');
}
await page.goto(`${lab.base}?prove#/prove`);
await id('famous-kept-vote').waitFor();
await during('Search for two leaders of a Raft that keeps its votes', 'famous-kept-vote');
await lab.close();
