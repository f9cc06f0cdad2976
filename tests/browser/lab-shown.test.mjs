// The workbench: what a field or a cell shows is what is done, and what does not fit is said.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { open } from './support/browser.mjs';
import { seek } from './support/stage.mjs';
import * as workbench from './support/workbench.mjs';

let lab;
let page;
const id = (name) => page.getByTestId(name);
const tool = (name) => workbench.tool(page, name);
const script = async () => {
  await tool('send');
  return JSON.parse((await workbench.saved(page, 'save-scenario')).bytes).script;
};
const put = async (name, value) => {
  await id(name).fill(value);
  await id(name).press('Tab');
};

describe('what is shown is what is done', () => {
  before(async () => {
    lab = await open({ route: '#/lab', viewport: { width: 1280, height: 900 } });
    page = lab.page;
    await id('bench').waitFor();
  });
  beforeEach(() => workbench.fresh(page));
  after(async () => {
    const { errors } = lab;
    await lab.close();
    assert.deepEqual(errors, []);
  });

  test('numbers in Break: refused in words, or done as they stand', async () => {
    await tool('break');
    await seek(page, 1);
    for (const [field, wrong, button, says, right] of [
      ['slower', '-5', 'change-link', /from 0 to 60000, not -5/, '70'],
      ['lossy', '5000', 'change-link', /from 0 to 1000, not 5000/, '7'],
      ['skew', '12.5', 'set-clock', /"12.5" is not a whole number/, '13'],
      ['drift', '10000000', 'set-clock', /from -900000 to 9000000, not 10000000/, '100000'],
    ]) {
      await put(field, wrong);
      assert.match(await id(`${field}-problem`).innerText(), says);
      assert.equal(await id(field).inputValue(), wrong, 'it stays to be mended');
      assert.equal(await id(button).getAttribute('aria-disabled'), 'true');
      await put(field, right);
      assert.equal(await id(`${field}-problem`).innerText(), '');
    }
    await put('delay-by', '3.5');
    assert.match(await id('delay-by-problem').innerText(), /from 1 to 600000/);
    await id('change-link').click();
    await id('set-clock').click();
    assert.deepEqual((await script()).map(({ do: deed }) => deed), [
      { link: { from: 0, to: 1, delay_ms: 70, loss_permille: 7 } },
      { clock: { node: 0, skew_ms: 13, drift_ppm: 100000 } },
    ]);
  });

  test('numbers in Set up: the same wrong one is put back as often as it is typed', async () => {
    for (let again = 0; again < 2; again += 1) {
      await put('nodes', '500');
      await id('warnings').getByText('Nodes can be from 1 to 101, not 500.').waitFor();
      await page.waitForFunction(() => document.querySelector('[data-testid=nodes]').value === '5');
    }
  });

  test('a quick stroke over the matrix leaves out no cell', async () => {
    await tool('break');
    const middle = async (name) => {
      const { x, y, width, height } = await id(name).boundingBox();
      return [x + width / 2, y + height / 2];
    };
    await id('cell-1-0').scrollIntoViewIfNeeded();
    await page.mouse.move(...await middle('cell-1-0'));
    await page.mouse.down();
    await page.mouse.move(...await middle('cell-1-store'));
    await page.mouse.up();
    for (const to of ['0', '2', '3', '4', 'store']) {
      await page.locator(`[data-testid=cell-1-${to}][aria-pressed=true]`).waitFor();
    }
    assert.equal(await page.locator('.matrix .cell[aria-pressed=true]').count(), 5);
  });

  test('what is done by hand comes into the script only when it is asked for', async () => {
    await seek(page, 2);
    await id('choose-3').click();
    await id('action-crash').click();
    for (const way of [[], ['break', 'setup']]) {
      for (const name of way) await tool(name);
      assert.equal(await id('script').getAttribute('data-count'), '0');
    }
    await id('add-by-hand').click();
    await page.locator('[data-testid=script][data-count="1"]').waitFor();
    await id('algorithm').selectOption('bully');
    await id('run-set-up').click();
    await page.locator('[data-testid=script][data-count="1"]').waitFor();
    await id('clear-script').click();
    await page.locator('[data-testid=script][data-count="0"]').waitFor();
    await id('run-set-up').click();
    assert.deepEqual(await script(), []);
  });

  test('a loaded scenario: its length, its script in a smaller cluster and back, and its name', async () => {
    await id('load').selectOption('raft/amnesia');
    assert.equal(await id('length').inputValue(), '0.3');
    const things = await id('script').getAttribute('data-count');
    assert.notEqual(things, '0');
    await put('nodes', '1');
    await page.getByText('will be left out when it runs').waitFor();
    await put('nodes', '0');
    await page.getByText('Nodes can be from 1 to 101').waitFor();
    await id('load').selectOption('bully/leader-crash');
    assert.equal(await id('length').inputValue(), '9.5');
    await put('nodes', '2');
    await put('nodes', '5');
    assert.doesNotMatch(await id('script').innerText(), /left out/);
    await id('algorithm').selectOption('raft');
    assert.equal(await id('load').inputValue(), '');
    await put('length', '4.5');
    await id('run-set-up').click();
    assert.equal(await id('length').inputValue(), '4.5');
  });
});
