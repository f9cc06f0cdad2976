// The whole lesson, as somebody takes it who reads the tasks and does them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { open } from './browser.mjs';
import { checks, checksOf, quiz, steps } from './course.mjs';
import { experiments } from './experiments.mjs';

const SOLUTION = 'const validateOperation = (now, operation) => operation?.token === now;';
const ATTEMPT = 'const validateOperation = (now, operation) => operation.token == now;';

/**
 * Registers the journey as a suite, taken with the hand that `handFor(page)` gives. `last` is
 * called with that hand at the end.
 */
export function journey(name, handFor, last) {
  describe(name, () => {
    let lab;
    let hand;
    let stuck = false;

    before(async () => {
      lab = await open({ colorScheme: 'light' });
      hand = handFor(lab.page);
    });
    after(() => lab?.close());

    const part = (title, body) => test(title, async (t) => {
      if (stuck) return t.skip('an earlier part failed');
      stuck = true;
      await body({ hand, lab, page: lab.page });
      assert.deepEqual({ errors: lab.errors, foreign: lab.foreign }, { errors: [], foreign: [] });
      stuck = false;
    });

    part('the start invites, and nothing counts yet', start);
    steps.forEach((slug, index) => part(`step ${index + 1}: ${slug}`, async (all) => {
      await arrived(all, slug);
      await STEPS[slug]({ ...all, slug });
      await counted(all, index + 1);
      if (index + 1 < steps.length) await hand.press(lab.page.getByTestId('next-step'));
    }));
    part('nine of nine: the lesson is completed', completed);
    part('what was done, written and set is still there after a reload', reloaded);
    if (last) part(last.title, () => last.body(hand));
  });
}

async function start({ hand, page }) {
  assert.equal(await page.getByTestId('status').getAttribute('data-status'), 'not-started');
  await counted({ page }, 0);
  await hand.press(page.getByTestId('begin'));
}

/** The address, the heading with the focus, and the list of steps all say where one is. */
async function arrived({ page }, slug) {
  await page.locator(`article[data-step=${slug}]`).waitFor();
  assert.ok(page.url().endsWith(`#/step/${slug}`), page.url());
  await page.locator('main h1:focus').waitFor();
  assert.equal(await page.getByTestId(`step-${slug}`).getAttribute('aria-current'), 'step');
  assert.equal(await page.getByTestId('status').getAttribute('data-status'), 'in-progress');
}

async function counted({ page }, count) {
  await page.getByTestId('progress').and(page.getByText(`${count}/${steps.length}`)).waitFor();
}

/** Answers a question; a wrong answer explains itself and can be tried again. */
async function answer({ hand, page }, id, { right, options }, wrongFirst) {
  const question = page.getByTestId(`quiz-${id}`);
  const commit = (option) => hand.press(question.getByTestId(`option-${option}`));
  if (wrongFirst) {
    const wrong = (right + 1) % options;
    await commit(wrong);
    await page.locator(`[data-testid="quiz-${id}"][data-state=wrong]`).waitFor();
    assert.ok((await question.getByTestId(`option-${wrong}`).locator('p').nth(1).innerText()).length > 20);
    assert.equal(await question.locator('.explained').count(), 1, 'the right answer is given away');
    await hand.press(question.getByTestId('retry'));
  }
  await commit(right);
  await page.locator(`[data-testid="quiz-${id}"][data-state=right]`).waitFor();
  assert.equal(await question.locator('.explained').count(), options, 'every option is explained');
}

async function answerChecks(all) {
  for (const id of checksOf(all.slug)) await answer(all, id, checks.get(id), true);
}

async function recallTerms(all) {
  const { hand, page } = all;
  await hand.press(page.getByTestId('turn'));
  await hand.press(page.getByTestId('did-not-know'));
  for (let recalled = 1; recalled <= 8; recalled += 1) {
    await hand.press(page.getByTestId('turn'));
    await hand.press(page.getByTestId('knew'));
    await page.getByTestId('recalled').and(page.getByText(`${recalled} of 8 recalled`)).waitFor();
  }
  await answerChecks(all);
}

/** Goes through a tour, scene by scene; whatever is asked is answered by the first option. */
export async function takeTour({ hand, page }) {
  const caption = page.getByTestId('tour-caption');
  const place = async () => `${await page.locator('.tour-count').innerText()} ${await caption.getAttribute('data-phase')}`;
  const asked = [];
  await hand.press(page.getByTestId('tour-start'));
  for (let now = await place(); !now.endsWith('finished'); now = await place()) {
    if (now.endsWith('asking')) {
      asked.push(now);
      await hand.press(page.getByTestId('predict').getByTestId('option-0'));
    } else {
      await hand.press(page.getByTestId('tour-next'));
    }
    await page.waitForFunction((before) => {
      const count = document.querySelector('.tour-count').textContent;
      return `${count} ${document.querySelector('[data-testid=tour-caption]').dataset.phase}` !== before;
    }, now);
  }
  return asked.length;
}

async function watch(all) {
  assert.equal(await takeTour(all), 2, 'two predictions are asked for');
}

async function changeTheExample({ hand, page }) {
  const example = page.locator('.code-runner');
  const ran = example.locator('[data-verdict=ran]');
  await hand.run(example);
  await ran.waitFor();
  assert.match(await example.getByTestId('console').innerText(), /refused "c" from node 4: token 1 < 2/);
  await counted({ page }, 3);
  await hand.enter(example);
  await page.keyboard.press('Control+End');
  await page.keyboard.type("console.log('mine too');");
  await hand.run(example);
  await example.getByTestId('console').getByText('mine too').waitFor();
}

/** The first two questions are missed; they come back after the others. */
async function takeQuiz(all) {
  const { hand, page } = all;
  const ids = [...quiz.keys()];
  assert.ok(ids.length >= 8);
  for (const [index, id] of ids.entries()) {
    const { right, options } = quiz.get(id);
    const choice = index < 2 ? (right + 1) % options : right;
    await hand.press(page.getByTestId(`quiz-${id}`).getByTestId(`option-${choice}`));
    await page.locator(`[data-testid="quiz-${id}"][data-state=${index < 2 ? 'wrong' : 'right'}]`).waitFor();
    await hand.press(page.getByTestId('quiz-next'));
  }
  await page.locator('.quiz-count').getByText(`${ids.length - 2} of ${ids.length} right.`).waitFor();
  await counted({ page }, 5);
  for (const [index, id] of ids.slice(0, 2).entries()) {
    await hand.press(page.getByTestId(`quiz-${id}`).getByTestId('retry'));
    await answer(all, id, quiz.get(id), false);
    if (index === 0) await hand.press(page.getByTestId('quiz-next'));
  }
}

async function solve({ hand, page }) {
  const panel = page.getByTestId('challenge-validate-operation');
  const submit = async (code) => {
    await hand.enter(panel);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(code);
    await hand.run(panel);
  };
  await submit(ATTEMPT);
  await panel.locator('[data-verdict=wrong]').waitFor();
  assert.ok(await panel.locator('.case-failed').count() > 0);
  await counted({ page }, 6);
  await hand.press(panel.getByTestId('hint-1').locator('summary'));
  await submit(SOLUTION);
  await panel.locator('[data-verdict=passed]').waitFor();
  await takeTour({ hand, page });
}

const STEPS = {
  why: answerChecks,
  terms: recallTerms,
  'visual-model': watch,
  'code-example': changeTheExample,
  experiment: experiments,
  quiz: takeQuiz,
  challenge: solve,
  'real-world': answerChecks,
  connections: answerChecks,
};

async function completed({ hand, page }) {
  assert.equal(await page.getByTestId('status').innerText(), 'Completed');
  assert.equal(await page.locator('.rail [data-state=done]').count(), steps.length);
  await hand.select(page.getByTestId('theme'), 'night');
  await hand.select(page.getByTestId('motion'), 'steps');
}

async function reloaded({ page }) {
  await page.reload();
  await page.locator('main h1').waitFor();
  await counted({ page }, steps.length);
  assert.equal(await page.getByTestId('status').getAttribute('data-status'), 'completed');
  assert.equal(await page.getByTestId('theme').inputValue(), 'night');
  assert.equal(await page.getByTestId('motion').inputValue(), 'steps');
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'night');
  const draft = async (slug) => {
    await page.goto(page.url().replace(/#.*/, `#/step/${slug}`));
    const editor = page.getByTestId('editor');
    await editor.locator('.cm-content').waitFor();
    return editor.evaluate((element) => element.value);
  };
  assert.equal(await draft('challenge'), SOLUTION);
  assert.match(await draft('code-example'), /mine too/);
}
