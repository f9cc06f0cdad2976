// A walk through the whole page: every place opens, and what runs there runs. Short, since it is
// taken in every browser; what each place has to show is in its own file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { open } from './support/browser.mjs';
import { checks, places, visit } from './support/course.mjs';
import { run, sentence, submit } from './support/editor.mjs';
import { fresh } from './support/stage.mjs';

const PATIENCE = 60_000; // ms. A machine with other things to do takes its time.
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(`${root}${path}`, 'utf8');
const CHALLENGE = 'challenges/validate-operation';

let lab;
let page;
const id = (name) => page.getByTestId(name);
const go = (route) => page.evaluate((hash) => { location.hash = hash; }, route);

before(async () => {
  lab = await open();
  page = lab.page;
  page.setDefaultTimeout(PATIENCE);
});
after(() => lab?.close());

test('every place opens', async () => {
  for (const { name } of places) await visit(page, name);
});

test('a cluster plays, and elects', async () => {
  await fresh(page);
  await id('speed').selectOption('10000');
  await id('play').click();
  await page.waitForFunction(() => Number.parseFloat(document.querySelector('[data-testid=clock]').textContent) > 0);
  await page.locator('[data-testid^=node-][data-role=leader]').waitFor();
});

test('the tour plays its first scene to the end', async () => {
  await visit(page, 'visual-model');
  await id('speed').selectOption('10000');
  await id('tour-start').click();
  await page.locator('[data-testid=tour-caption][data-phase=shown]').waitFor();
});

test('a challenge: an error is marked, an endless loop is named, and the solution passes', async () => {
  await visit(page, 'challenge');
  const panel = id('challenge-validate-operation');
  await panel.locator('.cm-content').waitFor();
  assert.equal(await submit(panel, 'function validateOperation() {\n  return = true;\n}\n'), 'syntax-error');
  assert.match(await sentence(panel), /line 2/);
  assert.equal(await panel.locator('.cm-lintRange-error').innerText(), 'return = true;');
  assert.equal(await submit(panel, 'function validateOperation() {\n  let i = 0;\n  while (i < 9) {}\n}\n'), 'timeout');
  assert.match(await sentence(panel), /line 3: while \(i < 9\) \{\}/);
  assert.equal(await submit(panel, 'function validateOperation() {\n\n  return missing;\n}\n'), 'thrown');
  assert.match(await sentence(panel), /ReferenceError: missing is not defined.* line 3/);
  assert.equal(await submit(panel, read(`${CHALLENGE}/solution.js`)), 'passed');
  await id('after').waitFor();
});

test('a challenge by keyboard: typed, run by Ctrl+Enter, left by Tab', async () => {
  const panel = id('challenge-validate-operation');
  await panel.locator('.cm-content').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('const validateOperation = () => 1;');
  await page.keyboard.press('Control+Enter');
  await panel.locator('[data-verdict=wrong]').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'run');
  await panel.locator('.cm-content').focus();
  await page.keyboard.press('Control+z');
  assert.equal(await run(panel), 'passed');
});

test('the capstone: a majority holds in 200 runs, and a node that loops is named', async () => {
  await go('#/challenges/own-election');
  const panel = id('challenge-own-election');
  await panel.locator('.cm-content').waitFor();
  const take = async (code) => {
    const verdict = await submit(panel, code);
    await panel.locator('[data-testid=run]:not([aria-busy=true])').waitFor();
    return verdict;
  };
  assert.equal(await take(read('course/capstone/examples/majority.js')), 'passed', await sentence(panel));
  assert.match(await sentence(panel), /200/);
  assert.equal(await take('class Node extends Process {\n  boot() { while (this.id === 1) {} }\n}'), 'timeout');
  assert.match(await sentence(panel), /Node 1 was still busy after a second/);
});

test('a search finds its shortest run', async () => {
  await go('#/prove');
  await id('famous-bully-partition').click();
  await page.locator('.search-result:not([data-state="running"])').waitFor();
  assert.match(await id('verdict').innerText(), /falls\. The shortest run takes 4 events/);
});

test('an experiment measures', async () => {
  await go('#/experiments/messages');
  await id('option-0').click();
  await id('trials').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('12');
  await id('run-experiment').click();
  await page.locator('[data-testid=measured][data-state=over]').waitFor();
  assert.match(await id('result-sentence').innerText(), /\d/);
  assert.match(await id('measured').innerText(), /\b12\b/);
});

test('the workbench plays', async () => {
  await go('#/lab');
  await id('bench').waitFor();
  await id('play').click();
  await page.waitForFunction(() => parseFloat(document.querySelector('[data-testid=clock]').textContent) > 0);
});

test('what was done is kept', async () => {
  await visit(page, 'why');
  await id('quiz-silence').getByTestId(`option-${checks.get('silence').right}`).click();
  const done = await id('progress').innerText();
  await page.reload();
  await page.getByTestId('progress').and(page.getByText(done)).waitFor();
  await visit(page, 'challenge');
  await id('after').waitFor();
});

test('the page has no errors and asks nobody else', () => assert.deepEqual([...lab.errors, ...lab.foreign], []));
