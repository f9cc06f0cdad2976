// The workbench: every capability by pointer and by keyboard, on a wide screen.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { violations } from './support/axe.mjs';
import { open } from './support/browser.mjs';
import { seconds, seek } from './support/stage.mjs';
import * as workbench from './support/workbench.mjs';
import { none } from './support/workbench.mjs';

const PERMISSIONS = ['clipboard-read', 'clipboard-write'];

let lab;
let page;
const id = (name) => page.getByTestId(name);
const hash = () => id('bench').getAttribute('data-hash');
const tool = (name) => workbench.tool(page, name);
const notice = () => id('notice').innerText();
const fresh = (route) => workbench.fresh(page, route);
const saved = (button) => workbench.saved(page, button);

describe('on a wide screen', () => {
  before(async () => {
    lab = await open({ route: '#/lab', viewport: { width: 1280, height: 900 }, permissions: PERMISSIONS });
    page = lab.page;
    await id('bench').waitFor();
  });
  beforeEach(() => fresh());
  after(async () => {
    const { errors } = lab;
    await lab.close();
    assert.deepEqual(errors, []);
  });

  test('set up: an algorithm, its nodes and parameters; a warning comes before the run', async () => {
    await id('algorithm').selectOption('raft');
    assert.equal(await id('warnings').getAttribute('data-count'), '0');
    await id('set-heartbeat_ms').fill('149');
    await id('set-heartbeat_ms').press('Tab');
    await page.getByText('Healthy leaders may be suspected').waitFor();
    await id('nodes').fill('15');
    await id('nodes').press('Enter');
    assert.equal(await page.locator('[data-testid^=node-]').count(), 5, 'nothing runs anew by itself');
    await id('run-set-up').click();
    await id('node-14').waitFor();
  });

  test('set up: disks and the store may be slow', async () => {
    await id('disk-longest').fill('30');
    await id('disk-longest').press('Tab');
    await id('set-store-check').selectOption('equal');
    await id('register-delay').fill('250');
    await id('register-delay').press('Tab');
    await id('run-set-up').click();
    await tool('send');
    const { cluster } = JSON.parse((await saved('save-scenario')).bytes);
    assert.deepEqual(cluster.disk, { uniform: { min_ms: 0, max_ms: 30 } });
    assert.deepEqual(cluster.store, { check: 'equal', register_delay_ms: 250 });
  });

  test('set up: what does not fit is refused with what does', async () => {
    await id('nodes').fill('500');
    await id('nodes').press('Tab');
    await page.getByText('Nodes can be from 1 to 101, not 500.').waitFor();
  });

  test('set up: every scenario of the gallery can be loaded', async () => {
    const names = await id('load').locator('option').evaluateAll((options) => options.map(({ value }) => value).filter(Boolean));
    assert.ok(names.length >= 8, names.join());
    for (const name of names) {
      await id('load').selectOption(name);
      await id('run-set-up').click();
      await id('play').waitFor();
    }
  });

  test('set up: a hundred and one nodes stand in rows, and play', async () => {
    await id('nodes').fill('101');
    await id('nodes').press('Tab');
    await id('run-set-up').click();
    await id('node-100').waitFor();
    await page.locator('.diagram.compact').waitFor();
    await id('step-forward').click();
    await id('node-100').click();
    await tool('inspect');
    await page.getByText('Node 100: on its disk').waitFor();
  });

  test('a hundred and one nodes: what grows with them is windowed, and all of it can be reached', async () => {
    await id('nodes').fill('101');
    await id('nodes').press('Tab');
    await id('run-set-up').click();
    await id('node-100').waitFor();
    assert.ok(await page.locator('.beliefs tbody tr').count() < 20, 'nodes of one mind share a row');
    await tool('break');
    assert.equal(await page.locator('.matrix .cell').count(), 12 * 12 - 12);
    await id('matrix-rows').selectOption('96');
    await id('matrix-columns').selectOption('84');
    await id('cell-100-95').click();
    await page.locator('[data-testid=cell-100-95][aria-pressed=true]').waitFor();
    await id('cell-100-95').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=cell-100-96][aria-pressed=true]:focus').waitFor();
    assert.equal(await page.locator('.columns line').count(), 12, 'the last eleven nodes and the store');
    await id('page').selectOption('0');
    await page.locator('.columns text', { hasText: /^14$/ }).waitFor({ state: 'attached' });
    await id('page').selectOption('90');
    await page.locator('.columns text', { hasText: /^100$/ }).waitFor({ state: 'attached' });
    await id('search').fill('first node 3 boot');
    await id('search').press('Enter');
    await page.locator('[data-testid=picked]', { hasText: 'Node 3' }).waitFor();
    await page.locator('.columns text', { hasText: /^14$/ }).waitFor({ state: 'attached' });
    assert.equal(await id('page').inputValue(), '0', 'the page turns to what is picked');
  });

  test('break: a crash changes who could form a majority', async () => {
    for (const node of [0, 1, 2]) {
      await id(`choose-${node}`).click();
      await id('action-crash').click();
    }
    await page.locator('[data-testid=majority][data-could=false]').waitFor();
    assert.match(await id('majority').innerText(), /3 are needed, and at most 2/);
  });

  test('break: the link matrix by pointer, by painting and by arrow keys', async () => {
    await tool('break');
    await id('cell-0-1').click();
    await page.locator('[data-testid=cell-0-1][aria-pressed=true]').waitFor();
    const box = async (name) => {
      const { x, y, width, height } = await id(name).boundingBox();
      return [x + width / 2, y + height / 2];
    };
    await id('cell-1-0').scrollIntoViewIfNeeded();
    await page.mouse.move(...await box('cell-1-2'));
    await page.mouse.down();
    await page.mouse.move(...await box('cell-1-3'), { steps: 5 });
    await page.mouse.move(...await box('cell-1-4'), { steps: 5 });
    await page.mouse.up();
    for (const cell of ['cell-1-2', 'cell-1-3', 'cell-1-4']) {
      await page.locator(`[data-testid=${cell}][aria-pressed=true]`).waitFor();
    }
    await id('cell-0-1').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=cell-0-2][aria-pressed=true]').waitFor();
    assert.match(await id('groups').innerText(), /both ways: 0, 2, 3, 4 \(some only through others\) \| 1\. 3 are needed, and node 3 reaches 3 others directly/);
    await id('heal').click();
    await page.locator('[data-testid=cell-0-2][aria-pressed=false]').waitFor();
  });

  test('break: a line across links cuts them in one stroke; Escape lets go of it', async () => {
    await seek(page, 2);
    const { x, y, width, height } = await id('diagram').boundingBox();
    const draw = async () => {
      await page.mouse.move(x + width * 0.02, y + height * 0.28);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.75, y + height * 0.28, { steps: 6 });
      await id('cut-line').waitFor();
    };
    await draw();
    assert.equal(await id('cut-line').getAttribute('data-links'), '5', 'node 0 has four nodes and the store');
    await page.keyboard.press('Escape');
    await id('cut-line').waitFor({ state: 'detached' });
    await page.mouse.up();
    assert.equal(await page.locator('.cuts .bar').count(), 0);
    await draw();
    await page.mouse.up();
    await page.waitForFunction(() => document.querySelectorAll('.cuts .bar').length === 10);
    assert.equal((await page.locator('.reigns .fault').getAttribute('d')).split('M').length - 1, 1, 'one fault');
    await tool('send');
    const { script } = JSON.parse((await saved('save-scenario')).bytes);
    assert.deepEqual(script.map(({ do: deed }) => deed['cut-all'].length), [10], 'one entry');
    await tool('break');
    assert.equal(await id('cell-0-3').getAttribute('aria-pressed'), 'true');
    assert.equal(await id('cell-1-2').getAttribute('aria-pressed'), 'false');
    await page.locator('[data-testid=majority][data-could=true]').waitFor();
  });

  test('break: this message, and what would change nothing is greyed', async () => {
    await tool('break');
    const flight = page.locator('[data-testid^=flight-]').first();
    await flight.waitFor();
    const name = (await flight.getAttribute('data-testid')).replace('flight-', '');
    await id(`drop-${name}`).press('Enter');
    await flight.and(id(`flight-${name}`)).waitFor({ state: 'detached' });
    assert.equal(await id('right-clock').getAttribute('aria-disabled'), 'true');
    await id('set-clock').click();
    await page.locator('[data-testid=right-clock][aria-disabled=false]').waitFor();
    await id('change-link').click();
    await page.locator('[data-testid=change-link][aria-disabled=true]').waitFor();
    await id('mend-link').click();
    await page.locator('[data-testid=mend-link][aria-disabled=true]').waitFor();
  });

  test('time: jumps and conditions go to the instant of what they name', async () => {
    await seek(page, 3);
    await id('choose-4').click();
    await id('action-crash').click();
    await tool('time');
    await id('next-leader').click();
    assert.match(await id('picked').innerText(), /leads with token 2/);
    const leads = await seconds(page);
    assert.ok(leads > 3 && leads < 6, `${leads}`);
    await id('previous-fault').click();
    assert.match(await id('picked').innerText(), /Node 4 crashes/);
    await id('previous-violation').click();
    assert.match(await notice(), /No violation comes before/);
    await id('until-kind').selectOption('vote');
    await id('until-at').selectOption('2');
    await id('until-event').click();
    assert.match(await id('picked').innerText(), /Node 2 votes/);
  });

  test('time: changing the past keeps both futures, which can be switched, compared and deleted', async () => {
    await seek(page, 8);
    const first = await hash();
    await seek(page, 3);
    await id('choose-4').click();
    await id('action-crash').click();
    await tool('time');
    await id('branch-1').waitFor();
    await seek(page, 8);
    assert.notEqual(await hash(), first);
    await id('compare').click();
    await page.getByText(/They part at 3\.000 s/).waitFor();
    await id('branch-0').press('Enter');
    assert.equal(await id('compare-with').inputValue(), '1', 'never with the one in view');
    await seek(page, 8);
    assert.equal(await hash(), first);
    await id('delete-branch-1').click();
    await id('branch-1').waitFor({ state: 'detached' });
    assert.equal(await id('delete-branch-0').getAttribute('aria-disabled'), 'true');
  });

  test('see: arrow keys walk the diagram and the table; both show the same instant', async () => {
    await seek(page, 2);
    await id('space-time').focus();
    const seen = [];
    for (let i = 0; i < 5; i += 1) {
      await page.keyboard.press('ArrowUp');
      seen.push(await id('picked').getAttribute('data-record'));
    }
    assert.deepEqual(seen.map(Number), [...seen.map(Number)].sort((a, b) => b - a));
    const row = page.locator('[data-testid=events] [aria-current=true]');
    assert.equal(await row.getAttribute('data-record'), seen.at(-1));
    await row.focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await id('picked').getAttribute('data-record'), seen.at(-2));
    assert.equal(await page.evaluate(() => document.activeElement.dataset.record), seen.at(-2), 'the focus walks along');
    const [when] = (await id('picked').innerText()).split(' ');
    assert.equal(await seconds(page), Number(when));
  });

  test('see: a press, zoom, kinds, members and search', async () => {
    await seek(page, 2);
    await page.locator('.columns .time', { hasText: '2.0' }).first().waitFor();
    await page.locator('.space-time .dot').nth(3).click({ force: true });
    assert.notEqual(await id('picked').getAttribute('data-record'), '');
    const before = await id('window').inputValue();
    await id('zoom-in').click();
    assert.ok(Number(await id('window').inputValue()) < Number(before));
    const all = await page.locator('.space-time .dot').count();
    await id('kinds').selectOption('faults');
    await page.waitForFunction((old) => document.querySelectorAll('.space-time .dot').length < old, all);
    await id('kinds').selectOption('everything');
    await id('show-store').click();
    await page.locator('.columns text', { hasText: 'store' }).waitFor({ state: 'detached' });
    await id('search').fill('first time node 2 voted');
    await id('search').press('Enter');
    await page.locator('[data-testid=picked]', { hasText: 'Node 2 votes' }).waitFor();
    await id('search').fill('gibberish');
    await id('find').click();
    assert.match(await id('search-answer').innerText(), /called "gibberish"/);
  });

  test('see: hundreds of messages move in a few parts, and so does the past while time passes', async () => {
    await workbench.load(page, {
      protocol: { raft: { heartbeat_ms: 50, election_min_ms: 5000, election_max_ms: 9000 } },
      cluster: { nodes: 9, network: { latency: { fixed: 1000 } } },
    });
    await seek(page, 30);
    const messages = page.locator('.messages');
    await page.waitForFunction(() => Number(document.querySelector('.messages').dataset.count) >= 300);
    const drawn = () => messages.evaluate((all) => ({
      parts: all.querySelectorAll('.flight').length,
      outlines: [...all.querySelectorAll('.crowd .flight > path:first-child')].map((path) => path.getAttribute('d')).join('').split('M').length - 1,
      alone: all.querySelectorAll(':scope > :not(.crowd) .flight:not(.broken)').length,
      count: Number(all.dataset.count),
    }));
    const before = await drawn();
    assert.ok(before.parts < 40, `${before.parts} parts`);
    assert.equal(before.outlines + before.alone, before.count, 'each message is drawn');
    // At rest each event is a part of its own.
    await page.waitForFunction(() => document.querySelectorAll('.space-time .dot').length > 100);
    await id('play').click();
    await page.waitForFunction(() => document.querySelectorAll('.space-time .dot').length < 20);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=events] tbody tr').length === 24);
    const place = await page.locator('.space-time .dots .dot path').last().evaluate((path) => {
      const [, x, y] = path.getAttribute('d').match(/M([\d.]+) ([\d.]+)/);
      const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
      return [at.x, at.y + scrollY];
    });
    await page.evaluate((y) => scrollTo(0, y - innerHeight / 2), place[1]);
    await page.mouse.click(place[0], place[1] - await page.evaluate(() => scrollY));
    await page.locator('[data-testid=play][aria-pressed=false]').waitFor();
    assert.notEqual(await id('picked').getAttribute('data-record'), '', 'a press near an event picks it');
  });

  test('see: the inspector tells disk from memory', async () => {
    await id('node-2').press('Enter');
    await tool('inspect');
    const text = await id('inspector').innerText();
    for (const part of ['on its disk', 'currentTerm', 'In its memory', 'Its clock and timers', 'Its mail']) assert.ok(text.includes(part), part);
  });

  test('send: a copied link opens the same picture and the same hash', async () => {
    await seek(page, 3);
    await id('choose-4').click();
    await id('action-crash').click();
    await seek(page, 7);
    const there = { hash: await hash(), clock: await id('clock').innerText(), picture: await page.locator('.diagram').innerHTML() };
    await tool('send');
    await id('copy-link').click();
    await page.getByText('The link is copied.').waitFor();
    const address = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(address.length <= 2000 && address.includes('#/lab?s='), `${address.length}`);
    const other = await lab.newPage(address);
    await other.getByTestId('bench').waitFor();
    assert.equal(await other.getByTestId('bench').getAttribute('data-hash'), there.hash);
    assert.equal(await other.getByTestId('clock').innerText(), there.clock);
    assert.equal(await other.locator('.diagram').innerHTML(), there.picture);
    await other.goto(`${address}&embed=1`);
    await other.locator('.bench.embedded').waitFor();
    assert.equal(await other.locator('.rail').isVisible(), false);
    await other.getByTestId('step-forward').click();
    await other.keyboard.press('?');
    await other.getByTestId('close-sheet').click();
    await other.goto(address);
    await other.getByTestId('bench').waitFor();
    assert.equal(await other.locator('.rail').isVisible(), true);
    await other.goto(address.replace('#', '?embed=1#'));
    await other.locator('.bench.embedded').waitFor();
    assert.equal(await other.getByTestId('clock').innerText(), there.clock);
    await other.close();
  });

  test('send: a damaged link is one sentence and an ordinary run; so is a newer one', async () => {
    await fresh('#/lab?s=AAAAnonsense');
    assert.match(await notice(), /damaged/);
    await id('step-forward').click();
    assert.ok(await hash());
  });

  test('send: files', async () => {
    await seek(page, 1);
    await tool('send');
    const scenario = await saved('save-scenario');
    assert.equal(JSON.parse(scenario.bytes).version, 1);
    const trace = await saved('save-trace');
    const lines = trace.bytes.toString().trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(lines.at(-1).hash, await hash());
    const shiviz = await saved('save-shiviz');
    assert.match(shiviz.bytes.toString(), /node0 \{"node0":1\}/);
    for (const button of ['save-svg', 'save-chart-svg']) {
      const { bytes } = await saved(button);
      const text = bytes.toString();
      assert.ok(text.startsWith('<svg') && !text.includes('var(--'), button);
      // Elsewhere it lies on another ground.
      assert.match(text, /^<svg[^>]*><rect width="\d+" height="\d+" fill="rgb/);
      assert.ok(text.includes('paint-order="stroke'), 'a number on a struck node is a blot');
    }
    for (const button of ['save-png', 'save-chart-png']) {
      const { bytes } = await saved(button);
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
      assert.ok(bytes.length > 5000, `${button}: ${bytes.length}`);
    }
    await id('open-file').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: scenario.bytes });
    await page.locator('[data-testid=clock]', { hasText: '0.000' }).waitFor();
    await id('open-file').setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: Buffer.from('{"version": 1,') });
    await page.getByText('This is no scenario').waitFor();
  });

  test('race: one clock, one script, a score', async () => {
    await seek(page, 2);
    await id('choose-4').click();
    await id('action-crash').click();
    await tool('race');
    for (let left = 2; left > 0; left -= 1) await page.locator('.race .chip[aria-pressed=true]').first().click();
    for (const name of ['raft', 'bully']) await id(`race-${name}`).press('Enter');
    await id('race-start').click();
    await id('race-scrubber').fill('12000');
    await page.locator('[data-testid=race-clock]', { hasText: '12.000' }).waitFor();
    const rows = await page.locator('[data-testid=scores] tbody tr').allInnerTexts();
    assert.equal(rows.length, 2);
    for (const row of rows) assert.ok(!row.includes('nobody'), row);
    assert.ok((await id('race-scrubber').boundingBox()).height >= 24);
    await id('race-play').click();
    await page.waitForFunction(() => Number.parseFloat(document.querySelector('[data-testid=race-clock]').textContent) > 12.05);
    await id('race-play').click();
    // Whoever breaks something more is told that these do not run it.
    assert.equal(await id('race-outdated').count(), 0);
    await id('choose-1').click();
    await id('action-crash').click();
    await id('race-outdated').waitFor();
    await id('race-start').click();
    await id('race-outdated').waitFor({ state: 'detached' });
  });

  test('author: a caption that the run does not show is refused; a true one is saved', async () => {
    await seek(page, 2);
    await id('choose-4').click();
    await id('action-crash').click();
    await tool('author');
    await id('search').fill('node 4 crash');
    await id('search').fill('first node 4 crash');
    await id('search').press('Enter');
    await page.locator('.author b', { hasText: 'Node 4 crashes' }).waitFor();
    await id('tour-title').fill('The leader goes');
    await id('beat-title').fill('A crash');
    await id('beat-caption').fill('Node 4 is gone.');
    await id('own-claim').fill('{"leader": {"node": 4}}');
    await id('add-beat').click();
    await page.locator('[data-testid=author-answer]', { hasText: 'which is not so at 2.000 s' }).waitFor();
    await id('own-claim').fill('{"crashed": {"node": 4}}');
    await id('add-beat').press('Enter');
    await page.locator('[data-testid=author-answer]', { hasText: 'Beat 1 is recorded' }).waitFor();
    // What is ticked for one event is not claimed of another.
    await id('claim-1').check();
    await id('search').fill('first node 2 votes');
    await id('search').press('Enter');
    await page.locator('.author b', { hasText: 'Node 2' }).waitFor();
    assert.equal(await id('claim-1').isChecked(), false);
    const { name, bytes } = await saved('save-tour');
    assert.equal(name, 'the-leader-goes.toml');
    assert.match(bytes.toString(), /until = \{ kind = "crash"/);
  });

  test('watch: a violation stops the run, is named, and leads to its two events', async () => {
    await id('algorithm').selectOption('bully');
    await id('run-set-up').click();
    await id('store-check').selectOption('off');
    await id('partition').click();
    await id('speed').selectOption('10000');
    await id('play').click();
    await id('violation').waitFor();
    await page.locator('[data-testid=play][aria-pressed=false]').waitFor();
    await page.locator('.reigns .violated').waitFor({ state: 'attached' });
    const stopped = await seconds(page);
    await id('violation-with').click();
    assert.ok(await seconds(page) < stopped);
    await page.locator('[data-testid=violation][data-ahead=true]').waitFor();
    await id('violation-at').click();
    await page.locator('[data-testid=violation][data-ahead=false]').waitFor();
    assert.equal(await seconds(page), stopped);
  });

  test('keys: play, step, jump, zoom, and a sheet of them', async () => {
    await id('space-time').focus();
    await page.keyboard.press('.');
    assert.ok(await seconds(page) > 0);
    await page.keyboard.press(',');
    await page.keyboard.press('p');
    await page.waitForFunction(() => Number.parseFloat(document.querySelector('[data-testid=clock]').textContent) > 0.2);
    await page.keyboard.press('p');
    await page.locator('[data-testid=play][aria-pressed=false]').waitFor();
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  });

  test('axe finds nothing with any tool open, in light and in dark', async () => {
    await seek(page, 2);
    await id('choose-4').click();
    await id('action-crash').click();
    for (const name of ['setup', 'break', 'time', 'inspect', 'send', 'race', 'author']) {
      await tool(name);
      if (name === 'race') await id('race-start').click();
      await page.emulateMedia({ colorScheme: 'light' });
      none(`${name}, light`, await violations(page));
      await page.emulateMedia({ colorScheme: 'dark' });
      none(`${name}, dark`, await violations(page, { colours: true }));
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });
});
