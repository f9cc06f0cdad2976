// The gallery of algorithms: every row opens, every run plays and keeps its word.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { violations } from './support/axe.mjs';
import { open } from './support/browser.mjs';

let lab;
let page;
const go = async (hash) => {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForFunction(() => !document.querySelector('.waiting:only-child'));
};

before(async () => {
  lab = await open({ route: '#/systems' });
  page = lab.page;
  await page.locator('.system-card').first().waitFor();
});
after(() => lab?.close());

test('every row has a card, and its page says what it claims and assumes', async () => {
  const rows = await page.locator('.system-card a[data-testid]').evaluateAll((links) => links.map((a) => a.hash));
  assert.ok(rows.length >= 2, rows.join());
  for (const hash of rows) {
    await go(hash);
    const shown = page.getByTestId(`system-page-${hash.split('/').at(-1)}`);
    await shown.waitFor();
    const words = await shown.innerText();
    assert.match(words, /It claims: \S/);
    assert.match(words, /it assumes/);
    const verdict = shown.getByTestId('verdict');
    assert.ok(await verdict.locator('dt').count() >= 5);
    assert.ok((await verdict.locator('dd').allInnerTexts()).every((text) => text.length > 20), `${hash} says what to take away`);
    assert.ok(await shown.locator('.tabs button').count() >= 2, `${hash} has two runs or more`);
    assert.ok(await shown.locator('.facts-of-system ol li').count() >= 3, `${hash} lists its rules`);
    assert.deepEqual(await violations(page), []);
  }
});

test('a family is shown alone, in the cards and in the table', async () => {
  await go('#/systems');
  const all = await page.locator('.system-card').count();
  assert.equal(await page.getByTestId('compared').locator('tbody tr').count(), all);
  let seen = 0;
  for (const family of await page.locator('[data-testid^="family-"]:not([data-testid="family-all"])').all()) {
    await family.press('Enter');
    assert.equal(await family.getAttribute('aria-pressed'), 'true');
    const cards = await page.locator('.system-card h2 a').allInnerTexts();
    assert.ok(cards.length >= 1);
    assert.deepEqual(await page.getByTestId('compared').locator('tbody th').allInnerTexts(), cards);
    seen += cards.length;
  }
  assert.equal(seen, all, 'every row belongs to one family');
  await page.getByTestId('family-all').click();
  assert.equal(await page.locator('.system-card').count(), all);
  assert.deepEqual(await violations(page), []);
});

test('each run of each row plays to its end without a stumble', async () => {
  await go('#/systems');
  const rows = await page.locator('.system-card a[data-testid]').evaluateAll((links) => links.map((a) => a.hash));
  for (const hash of rows) {
    await go(hash);
    const tabs = page.locator('.system .tabs button');
    for (let i = 0; i < await tabs.count(); i += 1) {
      await tabs.nth(i).click();
      const scrubber = page.getByTestId('scrubber');
      await scrubber.fill(await scrubber.getAttribute('max'));
      assert.ok((await page.getByTestId('event-log').innerText()).length > 40);
    }
  }
  assert.deepEqual(lab.errors, []);
});

test('Raft shows its term, its vote, the ballots and the log, and the stages of the election', async () => {
  await go('#/systems/raft');
  await page.getByTestId('scenario-clean-election').click();
  await page.locator('.diagram .vote').first().waitFor();
  const step = page.getByTestId('step-forward');
  const logs = page.locator('.diagram .log .digits:not([d=""])');
  for (let i = 0; i < 100 && await logs.count() < 5; i += 1) await step.click();
  assert.equal(await logs.count(), 5, 'every log has the first entry');
  for (let i = 0; i < 400 && await page.locator('.diagram .ballots').count() === 0; i += 1) await step.click();
  assert.ok(await page.locator('.diagram .ballots .have').count() >= 1, 'a candidate has its own vote');
  for (let i = 0; i < 400 && await page.getByTestId('stage-monitoring').count() === 0; i += 1) await step.click();
  for (const stage of ['trigger', 'candidacy', 'voting', 'declaration', 'monitoring']) {
    assert.equal(await page.getByTestId(`stage-${stage}`).count(), 1, stage);
  }
  await page.getByTestId('stage-candidacy').press('Enter');
  await page.locator('.diagram .ballots').first().waitFor();
  assert.match(await page.getByTestId('now').innerText(), /node \d/i);
});

test('an expected violation is said in words', async () => {
  await go('#/systems/raft');
  await page.getByTestId('scenario-amnesia').click();
  const scrubber = page.getByTestId('scrubber');
  await scrubber.fill(await scrubber.getAttribute('max'));
  assert.match(await page.getByTestId('violation').innerText(), /[Nn]ode/);
});

test('a switch is a box to tick, and begins the run again', async () => {
  await go('#/systems/raft');
  await page.locator('.run-settings summary').click();
  const box = page.getByTestId('parameter-pre_vote');
  const was = await box.isChecked();
  await box.click();
  assert.equal(await box.isChecked(), !was);
  assert.equal(await page.getByTestId('clock').innerText(), '0.000 s');
});

test('an unknown row says so and leads back', async () => {
  await go('#/systems/nope');
  await page.getByText('There is no algorithm called "nope"').waitFor();
});

test('the console stayed empty', () => {
  assert.deepEqual(lab.errors, []);
  assert.deepEqual(lab.foreign, []);
});
