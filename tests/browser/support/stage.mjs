// A stage as it is shown, and its controls.

import { visit } from './course.mjs';

/** A run at its first instant, on the first page. */
export async function fresh(page) {
  await visit(page, 'not found');
  await visit(page, 'home');
  await page.getByTestId('open-cluster').click();
  await page.getByTestId('clock').and(page.getByText('0.000 s', { exact: true })).waitFor();
}

/** The instant that is shown, in seconds. */
export const seconds = async (page) => Number.parseFloat(await page.getByTestId('clock').innerText());

/** Shows another instant. */
export const seek = (page, to) => page.getByTestId('scrubber').fill(String(to * 1000));

/** What the picture says of each node, of the store, and what the log tells. */
export const shown = (page) => page.evaluate(() => ({
  clock: document.querySelector('[data-testid=clock]').textContent,
  nodes: [...document.querySelectorAll('[data-testid^=node-]')].map((node) => ({ ...node.dataset })),
  store: { ...document.querySelector('[data-testid=store]').dataset },
  log: [...document.querySelectorAll('[data-testid=event-log] li')].map((line) => line.textContent),
}));

/** Chooses a member, unless it is chosen already, and does something to it. */
export async function act(page, member, action) {
  const chip = page.getByTestId(`choose-${member}`);
  if (await chip.getAttribute('aria-pressed') === 'false') await chip.click();
  await page.getByTestId(`action-${action}`).click();
}

/** Lets the browser draw so many frames. */
export const frames = (page, count) => page.evaluate(async (wanted) => {
  for (let i = 0; i < wanted; i += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}, count);
