// The workbench: what was done, what is filled in, the focus and what is told stay as long as
// somebody needs them.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { open } from './support/browser.mjs';
import { seek } from './support/stage.mjs';
import * as workbench from './support/workbench.mjs';

let lab;
let page;
const id = (name) => page.getByTestId(name);
const hash = () => id('bench').getAttribute('data-hash');
const tool = (name) => workbench.tool(page, name);
const notice = () => id('notice').innerText();
const fresh = (route) => workbench.fresh(page, route);

describe('what stays', () => {
  before(async () => {
    lab = await open({ route: '#/lab', viewport: { width: 1280, height: 900 } });
    page = lab.page;
    await id('bench').waitFor();
  });
  beforeEach(() => fresh());
  after(async () => {
    const { errors } = lab;
    await lab.close();
    assert.deepEqual(errors, []);
  });

  test('nothing is lost by looking elsewhere: not the run, what is filled in, nor what a set-up replaces', async () => {
    await seek(page, 4);
    await id('choose-1').click();
    await id('action-crash').click();
    const before = await hash();
    await id('nodes').fill('7');
    await id('nodes').press('Tab');
    await tool('author');
    await id('tour-title').fill('Who goes there');
    await tool('setup');
    assert.equal(await id('nodes').inputValue(), '7');
    await page.evaluate(() => { location.hash = '#/sources'; });
    await id('bench').waitFor({ state: 'detached' });
    await page.goBack();
    await id('bench').waitFor();
    assert.equal(await hash(), before);
    await tool('author');
    assert.equal(await id('tour-title').inputValue(), 'Who goes there');
    await tool('setup');
    await id('run-set-up').click();
    await page.locator('[data-testid=bench]:not([data-hash=""])').waitFor();
    assert.notEqual(await hash(), before);
    await id('take-back').click();
    assert.equal(await hash(), before);
  });

  test('a link that is followed opens what it says, also after its run was changed', async () => {
    const copied = async () => {
      await tool('send');
      await id('copy-link').click();
      return page.evaluate(() => location.hash);
    };
    await seek(page, 2);
    const [first, before] = [await copied(), await hash()];
    await fresh(first);
    assert.equal(await hash(), before);
    await id('choose-1').click();
    await id('action-crash').click();
    await seek(page, 3);
    const [second, after] = [await copied(), await hash()];
    assert.notEqual(second, first);
    // In place, and from elsewhere; what was here can be had back.
    for (const place of [null, '#/prove']) {
      if (place) {
        await page.evaluate((to) => { location.hash = to; }, place);
        await id('bench').waitFor({ state: 'detached' });
      }
      await page.evaluate((to) => { location.hash = to; }, first);
      await page.locator(`[data-testid=bench][data-hash="${before}"]`).waitFor();
      await id('take-back').click();
      await page.locator(`[data-testid=bench][data-hash="${after}"]`).waitFor();
    }
    // Who only comes back finds what was left.
    await page.evaluate(() => { location.hash = '#/prove'; });
    await id('bench').waitFor({ state: 'detached' });
    await page.goBack();
    await page.locator(`[data-testid=bench][data-hash="${after}"]`).waitFor();
  });

  test('what changes with every frame is not said aloud', async () => {
    for (const name of ['clock', 'scrubber']) assert.equal(await id(name).evaluate((part) => part.closest('output, [aria-live], [role=status]')), null);
    assert.equal(await id('clock').getAttribute('role'), 'timer');
  });

  test('an answer takes the place of an earlier notice', async () => {
    await fresh('#/lab?s=AAAAnonsense');
    assert.match(await notice(), /damaged/);
    await tool('time');
    await id('next-violation').click();
    assert.match(await notice(), /^No violation comes after this instant/);
  });

  test('what is pressed may go away; the focus stays in its place', async () => {
    await tool('break');
    while (await page.locator('[data-testid^=drop-]').count() === 0) await id('step-forward').click();
    await page.locator('[data-testid^=drop-]').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.closest('[data-testid=mail]'));
    await tool('setup');
    await id('add-by-hand').click();
    for (const button of ['clear-script', 'run-set-up']) {
      await id(button).focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement.closest('[data-testid=panel-setup]'));
    }
    // The keys go on working there, and on the slider of time.
    await page.keyboard.press('p');
    await page.locator('[data-testid=play][aria-pressed=true]').waitFor();
    await id('scrubber').focus();
    await page.keyboard.press('p');
    await page.locator('[data-testid=play][aria-pressed=false]').waitFor();
  });
});
