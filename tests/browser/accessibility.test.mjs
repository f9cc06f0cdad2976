// axe-core on every page and in the states that one meets on the way, light and dark; and the
// page on a narrow phone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { violations } from './support/axe.mjs';
import { open } from './support/browser.mjs';
import { places, quiz, visit } from './support/course.mjs';
import { put, run } from './support/editor.mjs';

const SOLUTION = 'const validateOperation = (now, operation) => operation?.token === now;';

const [firstQuestion, { right, options }] = [...quiz][0];
const answer = (page, option) => page.getByTestId(`option-${option}`).click();

/** How to bring about each state, and the place where it is found. They build on one another. */
const states = [
  ['a definition is open', 'why', async (page) => {
    await page.locator('main .term').first().click();
    await page.locator('.definition:popover-open').waitFor();
  }],
  ['a card is turned', 'terms', (page) => page.getByTestId('turn').click()],
  ['the tour plays', 'visual-model', async (page) => {
    await page.getByTestId('tour-start').click();
    // At first it cannot be pressed, so that nobody does so by mistake.
    await page.locator('[data-testid=tour-next][aria-disabled=false]').waitFor();
  }],
  ['the tour asks for a prediction', null, async (page) => {
    const caption = page.getByTestId('tour-caption');
    while (await caption.getAttribute('data-phase') !== 'asking') await page.getByTestId('tour-next').click();
  }],
  ['the prediction is judged', null, async (page) => {
    await answer(page, 0);
    await page.locator('.judgement').waitFor();
  }],
  ['a node is chosen', 'home', async (page) => {
    await page.getByTestId('open-cluster').click();
    await page.getByTestId('node-4').click();
    await page.getByTestId('action-crash').waitFor();
  }],
  ['two leaders, cut links, a crash and a pause', 'experiment', async (page) => {
    await page.getByTestId('experiment-partition').click();
    await page.getByTestId('panel-partition').waitFor();
    await page.getByTestId('partition').click();
    await page.getByTestId('speed').selectOption('10000');
    await page.getByTestId('play').click();
    await page.locator('[data-testid=node-2][data-role=leader]').waitFor();
    await page.getByTestId('play').click();
    for (const [node, action] of [[0, 'crash'], [1, 'pause']]) {
      await page.getByTestId(`choose-${node}`).click();
      await page.getByTestId(`action-${action}`).click();
    }
  }],
  ['a parameter is refused', null, async (page) => {
    await page.locator('.run-settings summary').click();
    await page.getByTestId('parameter-missed').fill('0');
    await page.getByTestId('parameter-missed').press('Tab');
    await page.locator('.run-settings [role=alert]').waitFor();
  }],
  ['a quiz question is missed', 'quiz', async (page) => {
    await answer(page, (right + 1) % options);
    await page.locator(`[data-testid=quiz-${firstQuestion}][data-state=wrong]`).waitFor();
  }],
  ['a quiz question is answered right', null, async (page) => {
    await page.getByTestId('retry').click();
    await answer(page, right);
    await page.locator(`[data-testid=quiz-${firstQuestion}][data-state=right]`).waitFor();
  }],
  ['a challenge fails', 'challenge', async (page) => {
    const panel = page.getByTestId('challenge-validate-operation');
    await panel.locator('.cm-content').waitFor();
    assert.equal(await run(panel), 'wrong');
  }],
  ['a challenge is passed, with the solution open', null, async (page) => {
    const panel = page.getByTestId('challenge-validate-operation');
    await put(panel, SOLUTION);
    assert.equal(await run(panel), 'passed');
    await panel.getByTestId('show-solution').click();
    await panel.getByTestId('hint-1').locator('summary').click();
  }],
  ['an example has run', 'code-example', async (page) => {
    const panel = page.locator('.code-runner');
    await panel.locator('.cm-content').waitFor();
    assert.equal(await run(panel), 'ran');
    await panel.getByTestId('console').waitFor();
  }],
  ['a line is drawn on the workbench', 'workbench', async (page) => {
    const { x, y, width } = await page.getByTestId('diagram').boundingBox();
    await page.mouse.move(x + 10, y + 120);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 120, { steps: 3 });
    await page.getByTestId('cut-line').waitFor();
  }],
  ['links are cut and two futures compared', null, async (page) => {
    await page.mouse.up();
    await page.getByTestId('scrubber').fill('9000');
    await page.getByTestId('scrubber').fill('4000');
    await page.getByTestId('choose-1').click();
    await page.getByTestId('action-crash').click();
    await page.getByTestId('tool-time').click();
    await page.getByTestId('compare').click();
    await page.getByTestId('difference').getByText('part at').waitFor();
  }],
  ['a claim does not hold on the workbench', null, async (page) => {
    await page.getByTestId('tool-setup').click();
    await page.getByTestId('algorithm').selectOption('bully');
    await page.getByTestId('run-set-up').click();
    await page.getByTestId('store-check').selectOption('off');
    await page.getByTestId('partition').click();
    await page.getByTestId('speed').selectOption('10000');
    await page.getByTestId('play').click();
    await page.getByTestId('violation').waitFor();
  }],
  ['the sheet of shortcuts is open', null, async (page) => {
    await page.getByTestId('shortcuts').click();
    await page.locator('dialog[open]').waitFor();
  }],
  ['the sheet is closed, and there are a hundred and one nodes', null, async (page) => {
    await page.getByTestId('close-sheet').click();
    await page.getByTestId('tool-setup').click();
    await page.getByTestId('nodes').fill('101');
    await page.getByTestId('nodes').press('Tab');
    await page.getByTestId('run-set-up').click();
    await page.getByTestId('node-100').waitFor();
    await page.getByTestId('tool-break').click();
  }],
];

/** Fails with a readable list, cut short. */
function none(what, found) {
  const shown = found.slice(0, 12).join('\n');
  assert.equal(found.length, 0, `${what}: ${found.length} found\n${shown}`);
}

describe('axe finds nothing, in light and in dark', () => {
  let lab;
  before(async () => {
    lab = await open({ colorScheme: 'light' });
  });
  after(() => lab?.close());

  async function inBothSchemes() {
    const { page } = lab;
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await violations(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await violations(page, { colours: true });
    none('violations', [...light.map((line) => `light: ${line}`), ...dark.map((line) => `dark: ${line}`)]);
  }

  for (const { name } of places) {
    test(name, async () => {
      await visit(lab.page, name);
      await inBothSchemes();
    });
  }
  for (const [name, place, bringAbout] of states) {
    test(`while ${name}`, async () => {
      if (place) await visit(lab.page, place);
      await bringAbout(lab.page);
      await inBothSchemes();
    });
  }
});

describe('on a phone 360 px wide', () => {
  let lab;
  before(async () => {
    lab = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  });
  after(() => lab?.close());

  for (const { name } of places) {
    test(`${name}: nothing is cut off, and every control is large enough for a finger`, async () => {
      await visit(lab.page, name);
      none('wider than the screen', await lab.page.evaluate(tooWide));
      none('smaller than 24 px', await lab.page.evaluate(tooSmall));
    });
  }

  test('a stage with a chosen node fits, too', async () => {
    await visit(lab.page, 'experiment');
    await lab.page.getByTestId('node-4').tap();
    await lab.page.getByTestId('link-4-store').waitFor();
    none('wider than the screen', await lab.page.evaluate(tooWide));
    none('smaller than 24 px', await lab.page.evaluate(tooSmall));
  });
});

/** Runs in the page: what makes it scroll sideways. */
function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const scrolls = (element) => element && element !== document.body
    && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
  const wide = [...document.querySelectorAll('#app *')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !scrolls(element))
    .map((element) => `${element.tagName}.${element.getAttribute('class')}`);
  return [`${scrollWidth} > ${clientWidth}`, ...wide.slice(0, 10)];
}

/** Runs in the page: controls that are too small. Links and terms within a sentence may be. */
function tooSmall() {
  const LEAST = 24;
  const controls = 'button, select, summary, input, [role=button], a[href]';
  const inSentence = 'p > a, p > .term, p em > *, p strong > *, li > a, li > .term, td > a, td > .term, dd > a, dd > .term, .skip, .popovers *';
  return [...document.querySelectorAll(controls)]
    .filter((control) => !control.matches(inSentence) && control.checkVisibility())
    .map((control) => (control.matches('input') && control.closest('label')) || control)
    .map((control) => [control, control.getBoundingClientRect()])
    .filter(([, { width, height }]) => Math.min(width, height) < LEAST)
    .map(([control, { width, height }]) => `${Math.round(width)}×${Math.round(height)}: ${control.outerHTML.slice(0, 100)}`);
}
