// The workbench on a phone: every capability by touch.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { open } from './support/browser.mjs';
import { frames, seek } from './support/stage.mjs';
import * as workbench from './support/workbench.mjs';
import { none } from './support/workbench.mjs';

let lab;
let page;
const id = (name) => page.getByTestId(name);
const fresh = () => workbench.fresh(page);

describe('on a phone 360 px wide', () => {
  before(async () => {
    lab = await open({ route: '#/lab', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    page = lab.page;
    await id('bench').waitFor();
  });
  after(() => lab?.close());

  for (const name of ['setup', 'break', 'time', 'inspect', 'send', 'race', 'author']) {
    test(`${name} fits, and everything is large enough for a finger`, async () => {
      await id(`tool-${name}`).tap();
      await id(`panel-${name}`).waitFor();
      if (name === 'race') await id('race-start').tap();
      await frames(page, 2);
      none('wider than the screen', await page.evaluate(tooWide));
      none('smaller than 24 px', await page.evaluate(tooSmall));
    });
  }

  test('the buttons of time stay whole, and in front of what scrolls behind them', async () => {
    await page.locator('.space-time').evaluate((part) => part.scrollIntoView());
    await frames(page, 2);
    const { cut, covered } = await page.locator('.stage > .transport').evaluate((transport) => {
      const buttons = [...transport.querySelectorAll('.buttons > *')];
      const { top, height, left, width } = transport.getBoundingClientRect();
      // Every so often across the whole of it: nothing else may be in front.
      const points = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) => [left + x * width, top + y * height]));
      return {
        cut: buttons.filter((button) => button.scrollWidth > button.clientWidth).map((button) => button.dataset.testid),
        covered: points.filter(([x, y]) => !transport.contains(document.elementFromPoint(x, y))).length,
      };
    });
    assert.deepEqual({ cut, covered }, { cut: [], covered: 0 });
  });

  test('a finger cuts a link and picks an event', async () => {
    await id('tool-break').tap();
    await id('cell-0-1').tap();
    await page.locator('[data-testid=cell-0-1][aria-pressed=true]').waitFor();
    await page.locator('[data-testid=events] tbody tr').nth(2).tap();
    assert.notEqual(await id('picked').getAttribute('data-record'), '');
  });

  test('a finger scrolls over the picture, and draws a cut once that is asked for', async () => {
    await fresh();
    const before = await page.evaluate(() => scrollY);
    await swipe(0.5, 0.9, 0.5, 0.1);
    assert.equal(await page.locator('.cuts .bar').count(), 0);
    assert.ok(await page.evaluate(() => scrollY) >= before);
    await id('arm').tap();
    await swipe(0.02, 0.25, 0.98, 0.25);
    await page.waitForFunction(() => document.querySelectorAll('.cuts .bar').length >= 8);
    await id('arm').tap();
  });

  test('a finger sets up, breaks, and moves through time', async () => {
    await fresh();
    await id('algorithm').selectOption('raft');
    await id('run-set-up').tap();
    await seek(page, 3);
    await id('node-4').tap();
    await id('action-crash').tap();
    await page.locator('[data-testid=node-4][data-alive=false]').waitFor();
    await id('tool-time').tap();
    await id('next-leader').tap();
    assert.match(await id('picked').innerText(), /leads with token/);
    await id('step-back').tap();
    await seek(page, 2);
    await id('node-3').tap();
    await id('action-pause').tap();
    await id('branch-1').waitFor();
    await id('compare').tap();
    await page.locator('[data-testid=difference]', { hasText: 'part at 2.000 s' }).waitFor();
    await id('branch-0').tap();
    await page.locator('[data-testid=branch-0][aria-pressed=true]').waitFor();
  });

  test('a finger does something to this very message, and asks what came of it', async () => {
    await fresh();
    await id('tool-break').tap();
    const flight = page.locator('[data-testid^=flight-]').first();
    await flight.waitFor();
    const name = (await flight.getAttribute('data-testid')).replace('flight-', '');
    await id(`delay-${name}`).tap();
    await id(`double-${name}`).tap();
    await id('set-clock').tap();
    await page.locator('[data-testid=right-clock][aria-disabled=false]').waitFor();
  });

  test('a finger zooms, searches and looks into a node', async () => {
    await fresh();
    await seek(page, 3);
    await id('zoom-in').tap();
    await id('kinds').selectOption('everything');
    await id('search').fill('last node 2 sends');
    await id('find').tap();
    await id('search').fill('first lead');
    await id('find').tap();
    await page.locator('[data-testid=picked]', { hasText: 'leads' }).waitFor();
    await id('node-2').tap();
    await id('tool-inspect').tap();
    await page.getByText('Node 2: on its disk').waitFor();
  });

  test('a finger sends, races, writes a demonstration and follows a violation', async () => {
    await fresh();
    await id('algorithm').selectOption('bully');
    await id('run-set-up').tap();
    await id('tool-send').tap();
    await id('copy-link').tap();
    await page.locator('[data-testid=address]').waitFor();
    assert.match((await workbench.saved(page, 'save-png')).name, /cluster\.png/);
    await id('tool-race').tap();
    await id('race-start').tap();
    await id('race-play').tap();
    await page.waitForFunction(() => Number.parseFloat(document.querySelector('[data-testid=race-clock]').textContent) > 0);
    await id('race-play').tap();
    await id('tool-author').tap();
    await seek(page, 4);
    // The table follows once scrubbing has come to rest.
    await page.waitForFunction(() => Number.parseFloat(document.querySelector('[data-testid=events] tbody tr:last-child td').textContent) > 3);
    await page.locator('[data-testid=events] tbody tr').last().tap();
    await id('beat-title').fill('First');
    await id('beat-caption').fill('It begins.');
    await id('own-claim').fill('{"crashed": {"node": 0}}');
    await id('add-beat').tap();
    await page.locator('[data-testid=author-answer]', { hasText: 'which is not so at' }).waitFor();
    await id('store-check').selectOption('off');
    await id('partition').tap();
    await id('speed').selectOption('10000');
    await id('play').tap();
    await id('violation').waitFor();
    await id('violation-with').tap();
    await id('shortcuts').tap();
    await page.locator('dialog[open]').waitFor();
    none('smaller than 24 px', await page.evaluate(tooSmall));
    await id('close-sheet').tap();
  });

  test('a hundred and one nodes fit on a phone', async () => {
    await fresh();
    await id('nodes').fill('101');
    await id('nodes').press('Tab');
    await id('run-set-up').tap();
    await id('node-100').waitFor();
    await id('tool-break').tap();
    await page.locator('.matrix .cell').first().waitFor();
    none('wider than the screen', await page.evaluate(tooWide));
    none('smaller than 24 px', await page.evaluate(tooSmall));
  });
});

/** A finger that moves across the picture; places are shares of its width and height. */
async function swipe(x1, y1, x2, y2) {
  await id('diagram').scrollIntoViewIfNeeded();
  const { x, y, width, height } = await id('diagram').boundingBox();
  const touches = await page.context().newCDPSession(page);
  const at = (share) => [{ x: x + width * (x1 + (x2 - x1) * share), y: y + height * (y1 + (y2 - y1) * share) }];
  await touches.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
  for (const step of [0.2, 0.4, 0.6, 0.8, 1]) {
    await touches.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step) });
    await frames(page, 1);
  }
  await touches.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await touches.detach();
}

/** Runs in the page: what makes it scroll sideways. */
function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth <= clientWidth ? [] : [`${scrollWidth} > ${clientWidth}`, ...[...document.querySelectorAll('.bench *')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !element.closest('.scrolls'))
    .map((element) => `${element.tagName}.${element.getAttribute('class')}`).slice(0, 10)];
}

/** Runs in the page: controls that are too small. */
function tooSmall() {
  return [...document.querySelectorAll(':is(.bench, .sheet) :is(button, select, input, [role=button])')]
    .filter((control) => control.checkVisibility())
    .map((control) => (control.matches('input') && control.closest('label')) || control)
    .map((control) => [control, control.getBoundingClientRect()])
    .filter(([, { width, height }]) => Math.min(width, height) < 24)
    .map(([control, { width, height }]) => `${Math.round(width)}×${Math.round(height)}: ${control.outerHTML.slice(0, 100)}`);
}
