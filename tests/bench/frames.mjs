// How much script a frame of the animation takes, in the built page in a real Chromium.
// Prints figures beside their limits; asserts nothing, because machines differ.

import { open } from '../browser/support/browser.mjs';
import { gaps, row, share, traced } from './figures.mjs';

const SECONDS = 8;
const SCRIPT = new Set(['FireAnimationFrame', 'FunctionCall', 'RunMicrotasks', 'TimerFire']);

const lab = await open({ route: '#/step/visual-model', viewport: { width: 1280, height: 900 } });
const { page } = lab;
await page.getByTestId('play').click();
await page.waitForTimeout(1000);
const { result: between, events } = await traced(page, () => gaps(page, SECONDS));
await lab.close();

const frames = events.filter((event) => event.name === 'FireAnimationFrame');
const script = events
  .filter((event) => event.ph === 'X' && SCRIPT.has(event.name))
  .sort((a, b) => a.ts - b.ts);
const starts = [...new Set(frames.map((event) => event.ts))].sort((a, b) => a - b);
// Two callbacks share a frame: ours and the page's. A new frame begins after a longer gap.
const begins = starts.filter((start, i) => i === 0 || start - starts[i - 1] > 8000);
const costs = begins.slice(0, -1).map((begin, i) => {
  let spent = 0;
  let reached = begin;
  for (const event of script) {
    if (event.ts < begin || event.ts >= begins[i + 1]) continue;
    const end = event.ts + event.dur;
    spent += Math.max(0, end - Math.max(reached, event.ts));
    reached = Math.max(reached, end);
  }
  return spent / 1000;
});

console.log(`Five nodes with traffic, ${SECONDS} s of animation, ${costs.length} frames`);
row('frames a second', (1000 / share(between, 0.5)).toFixed(1), '60');
row('script a frame, median', `${share(costs, 0.5).toFixed(2)} ms`, 'below 3 ms');
row('script a frame, 99 of 100 below', `${share(costs, 0.99).toFixed(2)} ms`, '–');
row('frames later than 25 ms', `${between.filter((gap) => gap > 25).length}`, '0');
