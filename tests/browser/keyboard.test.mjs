// From the first page to nine of nine without a mouse: Tab, Enter, arrows, Ctrl+Enter.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { open } from './support/browser.mjs';
import { keyboard } from './support/hands.mjs';
import { journey } from './support/journey.mjs';

journey('the whole lesson by keyboard', (page) => keyboard(page), {
  title: 'no control left the focus nowhere',
  body: ({ lost }) => assert.deepEqual(lost, []),
});

test('the first Tab offers to skip to the text; a definition opens, closes and gives the focus back', async () => {
  const lab = await open({ route: '#/step/why' });
  try {
    const { page } = lab;
    await page.keyboard.press('Tab');
    await page.locator('.skip:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('main h1:focus').waitFor();
    assert.ok(page.url().endsWith('#/step/why'), page.url());

    await page.keyboard.press('Tab');
    const term = page.locator('main .term').first();
    await page.locator('main .term:focus').waitFor();
    await page.keyboard.press('Enter');
    const definition = page.locator('.definition:popover-open');
    await definition.waitFor();
    assert.ok((await definition.innerText()).length > 40);
    await page.keyboard.press('Escape');
    await definition.waitFor({ state: 'detached' });
    assert.ok(await term.evaluate((element) => element === document.activeElement));

    await page.keyboard.press('Enter');
    await keyboard(page).press(definition.getByRole('button', { name: 'Close' }));
    await definition.waitFor({ state: 'detached' });
    assert.ok(await term.evaluate((element) => element === document.activeElement));
    assert.deepEqual(lab.errors, []);
  } finally {
    await lab.close();
  }
});
