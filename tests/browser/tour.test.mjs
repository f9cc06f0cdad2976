// The tour, and what the stage says and does for those who do not watch things move.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { open } from './support/browser.mjs';
import { visit } from './support/course.mjs';
import { act, fresh, seek, shown } from './support/stage.mjs';

let lab;
let page;
const id = (name) => page.getByTestId(name);
const phase = (name) => page.locator(`[data-testid=tour-caption][data-phase=${name}]`).waitFor();

before(async () => {
  lab = await open();
  page = lab.page;
});
after(() => lab?.close());

describe('the tour', () => {
  /** So slowly that no scene ends while a test looks at it. */
  const begin = async () => {
    await visit(page, 'not found');
    await visit(page, 'visual-model');
    await id('speed').selectOption('100');
    await id('tour-start').click();
    await phase('playing');
  };
  const goToTheFirstPrediction = async () => {
    while (await id('predict').count() === 0) await id('tour-next').click();
  };

  test('a scene plays until its event, and then holds with its caption', async () => {
    await begin();
    await page.locator('[data-testid=play][aria-pressed=true]').waitFor();
    await id('speed').selectOption('1000');
    await phase('shown');
    await page.locator('[data-testid=play][aria-pressed=false]').waitFor();
    assert.ok((await id('tour-caption').innerText()).length > 60);
    assert.equal(await id('store').getAttribute('data-highest'), '1');
  });

  test('back shows the scene before as it was', async () => {
    await begin();
    await id('tour-next').click();
    await phase('shown');
    const first = await shown(page);
    const caption = await id('tour-caption').innerText();
    await id('tour-next').click();
    await phase('playing');
    await id('tour-next').click();
    await phase('shown');
    await page.locator('[data-testid=node-4][data-status=paused]').waitFor();
    await id('tour-back').click();
    await page.locator('[data-testid=node-4][data-status=running]').waitFor();
    assert.deepEqual(await shown(page), first);
    assert.equal(await id('tour-caption').innerText(), caption);
  });

  test('Escape leaves it, right after its start and after a prediction', async () => {
    await begin();
    await page.keyboard.press('Escape');
    await id('tour-caption').waitFor({ state: 'detached' });
    await page.locator('[data-testid=play][aria-pressed=false]').waitFor();

    await id('tour-start').click();
    await goToTheFirstPrediction();
    await id('predict').getByTestId('option-0').click();
    await phase('playing');
    await page.keyboard.press('Escape');
    await id('tour-caption').waitFor({ state: 'detached' });
  });

  test('no way past a prediction, and nothing is judged before it is seen', async () => {
    await begin();
    await goToTheFirstPrediction();
    assert.equal(await id('tour-next').getAttribute('aria-disabled'), 'true');
    const count = await page.locator('.tour-count').innerText();
    await id('tour-next').dispatchEvent('click'); // A plain click would wait.
    assert.equal(await page.locator('.tour-count').innerText(), count);
    await id('predict').getByTestId('option-1').click();
    await phase('playing');
    assert.equal(await page.locator('.judgement').count(), 0);
    await id('speed').selectOption('1000');
    await page.locator('.judgement').waitFor();
    await phase('shown');
  });

  test('who meddles with the run gets the tour back as it was', async () => {
    await begin();
    await id('tour-next').click();
    await phase('shown');
    await act(page, 4, 'crash');
    await page.locator('[data-testid=node-4][data-alive=false]').waitFor();
    await id('tour-next').click();
    await phase('playing');
    await id('tour-next').click();
    await page.locator('[data-testid=node-4][data-status=paused]').waitFor();
  });
});

describe('for those who listen', () => {
  /** Notes every change of the live region from now on. */
  const listen = () => page.evaluate(() => {
    const region = document.querySelector('[data-testid=live]');
    window.heard = { from: performance.now(), texts: [] };
    new MutationObserver(() => window.heard.texts.push(region.textContent))
      .observe(region, { childList: true, characterData: true, subtree: true });
  });
  const heard = (what) => page.waitForFunction((text) => window.heard.texts.some((said) => said.includes(text)), what);

  test('what is done and what follows is said', async () => {
    await fresh(page);
    assert.equal(await id('live').getAttribute('aria-live'), 'polite');
    await listen();
    await act(page, 4, 'crash');
    await heard('Node 4 crashes.');
    await seek(page, 8);
    await heard('Node 3 leads with token 2.');
    await act(page, 0, 'pause');
    await heard('Node 0 is paused');
    await id('action-resume').click();
    await heard('Node 0 goes on');
    await act(page, 4, 'restart');
    await heard('Node 4 starts again.');
  });

  test('a cut and its healing are said', async () => {
    await fresh(page);
    await listen();
    await id('partition').click();
    await heard('cut');
    await id('heal').click();
    await heard('work');
  });

  test('after starting over, what is done at once is said', async () => {
    await fresh(page);
    await listen();
    await seek(page, 20);
    await act(page, 4, 'crash');
    await heard('Node 4 crashes.');
    await id('restart-run').click();
    await act(page, 3, 'crash');
    await heard('Node 3 crashes.');
  });

  test('never faster than it can be heard', async () => {
    await fresh(page);
    await listen();
    await id('speed').selectOption('10000');
    await id('play').click();
    for (let round = 0; round < 8; round += 1) {
      await act(page, 4, 'crash');
      await act(page, 4, 'restart');
      await page.waitForFunction((count) => window.heard.texts.length > count / 3, round);
    }
    await id('play').click();
    const { count, passed } = await page.evaluate(() => ({
      count: window.heard.texts.length,
      passed: performance.now() - window.heard.from,
    }));
    assert.ok(count >= 2, 'hardly anything was said');
    assert.ok(count <= passed / 1500 + 2, `${count} announcements in ${Math.round(passed)} ms`);
  });
});

describe('with reduced motion', () => {
  before(() => page.emulateMedia({ reducedMotion: 'reduce' }));
  after(() => page.emulateMedia({ reducedMotion: 'no-preference' }));

  test('play goes in steps, and messages stand still beside the way they take', async () => {
    await fresh(page);
    await page.locator('.way[marker-end]').first().waitFor({ state: 'attached' });
    const instants = await page.evaluate(() => new Promise((resolve) => {
      const clock = document.querySelector('[data-testid=clock]');
      const seen = [];
      const observer = new MutationObserver(() => {
        seen.push(Number.parseFloat(clock.textContent));
        if (seen.length === 4) {
          observer.disconnect();
          resolve(seen);
        }
      });
      observer.observe(clock, { childList: true, characterData: true, subtree: true });
      document.querySelector('[data-testid=play]').click();
    }));
    await id('play').click();
    const steps = instants.map((instant, index) => instant - (instants[index - 1] ?? 0));
    assert.ok(steps.every((step) => step > 0.5), `steps of ${steps} s`);
  });

  test('who wants movement all the same can have it', async () => {
    await fresh(page);
    await id('motion').selectOption('full');
    await page.locator('.way').first().waitFor({ state: 'detached' });
    await id('motion').selectOption('system');
    await page.locator('.way').first().waitFor({ state: 'attached' });
  });

  test('a scene of the tour comes to its event, too', async () => {
    await visit(page, 'visual-model');
    await id('tour-start').click();
    await phase('shown');
  });
});

test('the console stayed empty, and nobody else was asked', () => {
  assert.deepEqual([...lab.errors, ...lab.foreign], []);
});
