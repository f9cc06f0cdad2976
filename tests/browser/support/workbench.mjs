// The workbench as tests use it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** A workbench at its first instant, or at a link's. */
export async function fresh(page, route = '#/lab') {
  await page.evaluate((to) => history.replaceState(null, '', to), route);
  // A workbench that was only left would be here again as it was.
  await page.reload();
  await page.getByTestId('bench').waitFor();
}

/** Opens one of the tools below the picture. */
export async function tool(page, name) {
  await page.getByTestId(`tool-${name}`).click();
  await page.getByTestId(`panel-${name}`).waitFor();
}

/** The file that pressing a button offers. */
export async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Opens a set-up as a file would. */
export async function load(page, scenario) {
  const id = (name) => page.getByTestId(name);
  await tool(page, 'send');
  const buffer = Buffer.from(JSON.stringify({ version: 1, ...scenario }));
  await id('open-file').setInputFiles({ name: 'scenario.json', mimeType: 'application/json', buffer });
  await page.waitForFunction((count) => document.querySelectorAll('[data-testid^=node-]').length === count, scenario.cluster?.nodes ?? 5);
  await page.waitForFunction(() => document.querySelector('[data-testid=clock]').textContent.startsWith('0.000'));
}

/** Fails with a readable list, cut short. */
export function none(what, found) {
  assert.equal(found.length, 0, `${what}: ${found.length} found\n${found.slice(0, 12).join('\n')}`);
}
