// The run on the first page: time and what is shown of it, forwards and backwards.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { open } from './support/browser.mjs';
import { act, frames, fresh, seconds, seek, shown } from './support/stage.mjs';

let lab;
let page;
const id = (name) => page.getByTestId(name);
const node = (number, is) => page.locator(`[data-testid=node-${number}]${is}`);

before(async () => {
  lab = await open();
  page = lab.page;
});
beforeEach(() => fresh(page));
after(() => lab?.close());

test('nothing plays by itself', async () => {
  const first = await shown(page);
  await frames(page, 30);
  assert.deepEqual(await shown(page), first);
  assert.equal(await id('play').getAttribute('aria-pressed'), 'false');
});

test('at the start node 4 leads with token 1, and the others believe in it', async () => {
  const { nodes } = await shown(page);
  assert.deepEqual(nodes.map(({ role, alive, token, believes }) => ({ role, alive, token, believes })), [
    ...Array(4).fill({ role: 'follower', alive: 'true', token: '1', believes: '4' }),
    { role: 'leader', alive: 'true', token: '1', believes: '4' },
  ]);
});

test('play lets time pass and messages move; hold holds', async () => {
  await id('play').click();
  await page.waitForFunction(() => Number.parseFloat(document.querySelector('[data-testid=clock]').textContent) > 0.1);
  const places = () => page.locator('.flight:not(.broken)').evaluateAll((flights) => flights.map((flight) => flight.getAttribute('transform')).join());
  const before = await places();
  await page.waitForFunction((old) => {
    const flights = [...document.querySelectorAll('.flight:not(.broken)')].map((flight) => flight.getAttribute('transform')).join();
    return flights !== '' && flights !== old;
  }, before);
  await id('play').click();
  await page.locator('[data-testid=play][aria-pressed=false]').waitFor();
  const held = await shown(page);
  await frames(page, 10);
  assert.deepEqual(await shown(page), held);
});

test('steps go forward one event at a time, and back the same way', async () => {
  const way = [await shown(page)];
  for (let i = 0; i < 15; i += 1) {
    await id('step-forward').click();
    way.push(await shown(page));
  }
  const instants = way.map(({ clock }) => Number.parseFloat(clock));
  assert.deepEqual(instants, [...instants].sort((a, b) => a - b));
  assert.ok(instants.at(-1) > 0);
  for (let i = way.length - 2; i >= 0; i -= 1) {
    await id('step-back').click();
    assert.deepEqual(await shown(page), way[i], `${way.length - 1 - i} steps back`);
  }
  await id('step-back').click();
  assert.deepEqual(await shown(page), way[0], 'before the first event there is nothing');
});

test('scrubbing shows the same instant in the same way, from either side', async () => {
  await seek(page, 5);
  await act(page, 4, 'crash');
  const instants = [6, 7.9, 8.4, 12, 20];
  const there = [];
  for (const instant of instants) {
    await seek(page, instant);
    there.push(await shown(page));
  }
  assert.equal(there.at(-1).nodes[3].role, 'leader');
  assert.notDeepEqual(there[0].nodes, there.at(-1).nodes);
  for (const index of [4, 3, 2, 1, 0, 4, 0, 2]) {
    await seek(page, instants[index]);
    assert.deepEqual(await shown(page), there[index], `${instants[index]} s`);
  }
  await seek(page, 4);
  await node(4, '[data-alive=true]').waitFor();
});

test('the scrubber can be dragged, and moved by keys', async () => {
  await id('scrubber').scrollIntoViewIfNeeded();
  const { x, y, width, height } = await id('scrubber').boundingBox();
  const middle = y + height / 2;
  await page.mouse.move(x + 8, middle);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, middle, { steps: 5 });
  await page.mouse.up();
  const half = await seconds(page);
  assert.ok(half > 40 && half < 80, `${half} s of 120 s in the middle`);
  await id('scrubber').press('ArrowLeft');
  const before = half - await seconds(page);
  assert.ok(before >= 0.05 && before <= 2, `an arrow moves by ${before} s`);
  await id('scrubber').press('Home');
  assert.equal(await seconds(page), 0);
});

test('what is done in the past replaces what followed', async () => {
  await seek(page, 5);
  await act(page, 4, 'crash');
  await seek(page, 20);
  await node(3, '[data-role=leader]').waitFor();
  await seek(page, 2);
  await act(page, 0, 'pause');
  await seek(page, 20);
  await node(4, '[data-role=leader][data-alive=true]').waitFor();
  await node(0, '[data-status=paused]').waitFor();
});

test('from a tenth to ten times as fast', async () => {
  const speeds = await id('speed').locator('option').allInnerTexts();
  assert.ok(speeds.includes('0.1×') && speeds.includes('10×'), speeds.join());
  assert.equal(await id('speed').inputValue(), '1000');
  const passed = async (speed) => {
    await id('speed').selectOption(speed);
    const from = await seconds(page);
    await id('play').click();
    await frames(page, 30);
    await id('play').click();
    return await seconds(page) - from;
  };
  const slow = await passed('100');
  const fast = await passed('10000');
  // A hundred times as far in as many frames; ten leaves room for a machine that stutters.
  assert.ok(slow > 0 && fast > 10 * slow, `${slow} s and ${fast} s`);
});

test('start over begins again with nothing broken', async () => {
  const first = await shown(page);
  await act(page, 4, 'crash');
  await id('partition').click();
  await seek(page, 15);
  await id('restart-run').click();
  assert.deepEqual(await shown(page), first);
});

test('an old write is refused: 1 < 2', async () => {
  await seek(page, 3.6);
  await act(page, 4, 'pause');
  await node(4, '[data-status=paused]').waitFor();
  await seek(page, 12);
  await page.locator('[data-testid=store][data-highest="2"]').waitFor();
  await act(page, 4, 'resume');
  const refused = page.locator('[data-testid=store][data-refused="1"]');
  for (let steps = 0; await refused.count() === 0; steps += 1) {
    assert.ok(steps < 100, 'the old leader never writes');
    await id('step-forward').click();
  }
  assert.equal(await page.locator('.verdict-text').textContent(), '1 < 2');
  await id('event-log').getByText('The store refuses token 1 of node 4.').waitFor();
});

test('the event log tells what happened, the latest first, and by which rule', async () => {
  await seek(page, 5);
  await act(page, 4, 'crash');
  await seek(page, 20);
  const lines = id('event-log').locator('li');
  const texts = await lines.allInnerTexts();
  const find = (what) => texts.findIndex((text) => what.test(text));
  const order = [/Node 3 leads with token 2/, /sends ELECTION/, /suspects node 4/, /Node 4 crashes/].map(find);
  assert.ok(order.every((index) => index >= 0), texts.join('\n'));
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  for (const what of [/suspects node 4/, /Node 3 leads with token 2/]) {
    const rule = lines.filter({ hasText: what }).first().locator('.rule');
    assert.ok((await rule.innerText()).length > 10);
    assert.match(await rule.getAttribute('data-rule'), /\w/);
  }
  const beats = lines.filter({ hasText: 'sends HEARTBEAT' });
  assert.equal(await beats.count(), 0);
  await page.getByLabel('heartbeats too').check();
  await beats.first().waitFor();
});

test('the table says in words what the picture shows', async () => {
  await seek(page, 5);
  await act(page, 4, 'pause');
  await seek(page, 20);
  const { nodes } = await shown(page);
  const rows = await page.locator('.beliefs tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText)));
  const states = { running: 'runs', paused: 'paused', crashed: 'crashed' };
  assert.deepEqual(rows, nodes.map(({ status, role, believes, token }, number) => [
    String(number), states[status], role, `node ${believes}`, token,
  ]));
  assert.deepEqual(nodes.filter(({ role }) => role === 'leader').map(({ token }) => token), ['2', '1']);
});

test('a number out of range is refused in a sentence, and the run stays', async () => {
  await page.locator('.run-settings summary').click();
  const problem = page.locator('.run-settings [role=alert]');
  const wrong = [
    ['parameter-missed', '0', '4'],
    ['parameter-missed', '1.5', '5'],
    ['parameter-heartbeat_ms', '99999999', '900'],
    ['parameter-answer_ms', '-5', '600'],
    ['seed', '', '5'],
  ];
  for (const [field, bad, good] of wrong) {
    await seek(page, 5);
    await id(field).fill(bad);
    await id(field).press('Tab');
    await problem.waitFor();
    assert.match(await problem.innerText(), /^.{12,}\.$/s, `${field} = ${bad}`);
    assert.equal(await seconds(page), 5, 'the run was thrown away');
    await id(field).fill(good);
    await id(field).press('Tab');
    await problem.waitFor({ state: 'detached' });
  }
});

test('another seed is another run, and the same seed the same', async () => {
  await page.locator('.run-settings summary').click();
  const runWith = async (seed) => {
    await id('seed').fill(seed);
    await id('seed').press('Tab');
    await page.getByTestId('clock').and(page.getByText('0.000 s', { exact: true })).waitFor();
    await seek(page, 10.2);
    return (await page.locator('.flight:not(.broken)').evaluateAll((all) => all.map((flight) => flight.getAttribute('transform')))).join();
  };
  const seven = await runWith('7');
  assert.notEqual(await runWith('8'), seven);
  assert.equal(await runWith('7'), seven);
});

test('the console stayed empty, and nobody else was asked', () => {
  assert.deepEqual([...lab.errors, ...lab.foreign], []);
});
