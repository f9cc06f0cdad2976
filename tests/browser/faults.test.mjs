// Breaking the cluster on the first page: every node and every link, by pointer and by keyboard.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { open } from './support/browser.mjs';
import { keyboard, pointer } from './support/hands.mjs';
import { fresh, seek } from './support/stage.mjs';

const NODES = [0, 1, 2, 3, 4];

let lab;
let page;
const id = (name) => page.getByTestId(name);

before(async () => {
  lab = await open();
  page = lab.page;
});
beforeEach(() => fresh(page));
after(() => lab?.close());

/** Crashes, restarts, pauses and resumes one node, chosen in the picture. */
async function tryAll(hand, number) {
  const node = id(`node-${number}`);
  await hand.press(node);
  for (const [action, status, alive] of [
    ['crash', 'crashed', 'false'],
    ['restart', 'running', 'true'],
    ['pause', 'paused', 'true'],
    ['resume', 'running', 'true'],
    ['crash', 'crashed', 'false'],
    ['restart-without-disk', 'running', 'true'],
  ]) {
    await hand.press(id(`action-${action}`));
    await page.locator(`[data-testid=node-${number}][data-status=${status}][data-alive=${alive}]`).waitFor();
    assert.equal(await id(`action-${action}`).getAttribute('aria-disabled'), 'true', `${action} twice`);
    if (status !== 'running') assert.match(await node.getAttribute('aria-label'), new RegExp(status));
  }
}

/** Cuts a link one way and waits for its bar in the picture, the so-manieth. */
async function cut(hand, from, to, count) {
  await hand.press(id(`link-${from}-${to}`));
  await page.locator(`[data-testid=link-${from}-${to}][aria-pressed=true]`).waitFor();
  assert.equal(await page.locator('.cuts > g').count(), count);
}

describe('by pointer', () => {
  for (const number of NODES) {
    test(`node ${number} crashes, restarts, pauses and resumes`, () => tryAll(pointer(), number));
  }

  test('each of the thirty links is cut, one way at a time, and all are healed', async () => {
    const members = [...NODES, 'store'];
    let count = 0;
    for (const from of members) {
      await id(`choose-${from}`).click();
      for (const to of members.filter((other) => other !== from)) await cut(pointer(), from, to, count += 1);
    }
    assert.equal(count, 30);
    await id('link-store-4').click();
    await page.locator('[data-testid=link-store-4][aria-pressed=false]').waitFor();
    assert.equal(await page.locator('.cuts > g').count(), 29);
    await id('heal').click();
    await page.locator('.cuts > g').first().waitFor({ state: 'detached' });
  });

  test('the store stops, too, and then nothing is written', async () => {
    await id('store-mark').click();
    await id('action-crash').click();
    await seek(page, 5);
    await page.locator('[data-testid=store][data-accepted="0"]').waitFor();
    await id('action-restart').click();
    await seek(page, 10);
    await page.locator('[data-testid=store][data-highest="1"]').waitFor();
  });
});

describe('by keyboard', () => {
  test('node 4 crashes, restarts, pauses and resumes', () => tryAll(keyboard(page), 4));

  test('a link is cut both ways, and healed', async () => {
    const hand = keyboard(page);
    await hand.press(id('choose-4'));
    await cut(hand, 4, 0, 1);
    await cut(hand, 0, 4, 2);
    await hand.press(id('heal'));
    await page.locator('.cuts > g').first().waitFor({ state: 'detached' });
    assert.deepEqual(hand.lost, []);
  });

  test('the two sides of a cut can be chosen', async () => {
    const hand = keyboard(page);
    await hand.reach(id('side-2'));
    await page.keyboard.press('Space');
    await hand.press(id('partition'));
    await page.locator('.cuts > g').nth(11).waitFor();
    assert.equal(await page.locator('.cuts > g').count(), 12, '0, 1 | 2, 3, 4, both ways');
  });

  test('a node is chosen by the space bar, and the page does not scroll', async () => {
    await keyboard(page).reach(id('node-2'));
    const top = await page.evaluate(() => window.scrollY);
    await page.keyboard.press('Space');
    await page.locator('[data-testid=node-2][aria-pressed=true]').waitFor();
    assert.equal(await page.evaluate(() => window.scrollY), top);
  });
});

test('a link cut one way: node 0 no longer hears the leader, which still hears node 0', async () => {
  await id('choose-4').click();
  await id('link-4-0').click();
  await seek(page, 5);
  await id('event-log').getByText('Node 0 suspects node 4.').first().waitFor();
  await page.locator('[data-testid=node-1][data-believes="4"]').waitFor();
});

test('a crash and a restart keep the token, a lost disk forgets it', async () => {
  await seek(page, 5);
  await id('choose-2').click();
  const token = () => id('node-2').getAttribute('data-token');
  for (const [restart, expected] of [['restart', '1'], ['restart-without-disk', '0']]) {
    await id('action-crash').click();
    await id(`action-${restart}`).click();
    await page.locator('[data-testid=node-2][data-alive=true]').waitFor();
    assert.equal(await token(), expected, restart);
  }
});

test('the console stayed empty, and nobody else was asked', () => {
  assert.deepEqual([...lab.errors, ...lab.foreign], []);
});
