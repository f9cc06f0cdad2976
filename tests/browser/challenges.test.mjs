// Every challenge in the real page and the real sandbox: the starter fails, the solution passes,
// and each broken variant gets the verdict that its first line names. Hidden cases are drawn anew
// in each run, so everything is run more than once.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { open } from './support/browser.mjs';
import { put, run, sentence, submit } from './support/editor.mjs';

const RUNS = 3;
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(root + path, 'utf8');

/** Where a challenge is found: in a step, inside the experiments on a tab, else on its own page. */
function place(slug) {
  const step = readdirSync(`${root}course/steps`).find((file) => read(`course/steps/${file}`).includes(`{{challenge ${slug}}}`));
  if (step) return { route: `#/step/${step.replace(/^\d+-|\.md$/g, '')}` };
  const experiment = read('course/experiments.toml').split('[[experiment]]').find((text) => text.includes(`challenge = "${slug}"`));
  if (!experiment) return { route: `#/challenges/${slug}` };
  return { route: '#/step/experiment', tab: `experiment-${/^id = "(.*)"/m.exec(experiment)[1]}` };
}

for (const slug of readdirSync(`${root}challenges`)) {
  describe(`the challenge ${slug}`, () => {
    let lab;
    let panel;
    let warmUps = false;
    const file = (name) => read(`challenges/${slug}/${name}`);

    before(async () => {
      const { route, tab } = place(slug);
      lab = await open({ route });
      if (tab) await lab.page.getByTestId(tab).click();
      panel = lab.page.getByTestId(`challenge-${slug}`);
      const write = panel.getByTestId('rung-write');
      await panel.getByTestId('run').waitFor();
      if (await write.count() > 0) {
        warmUps = true;
        await write.click();
      }
      await lab.page.waitForFunction(() => document.querySelector('code-editor')?.shadowRoot);
    });
    after(() => lab?.close());

    test('the starter is in the editor and fails', async () => {
      const code = await panel.getByTestId('editor').evaluate((editor) => editor.value);
      assert.equal(code, file('starter.js'));
      assert.equal(await panel.getByTestId('verdict').getAttribute('data-verdict'), 'none', 'nothing runs by itself');
      assert.equal(await run(panel), 'wrong');
    });

    test('the solution passes, whatever is drawn', async () => {
      for (let i = 0; i < RUNS; i += 1) {
        assert.equal(await submit(panel, file('solution.js')), 'passed', await sentence(panel));
      }
      const { length } = JSON.parse(file('cases.json'));
      assert.equal(await panel.getByTestId('cases').locator('tbody tr').count(), length);
      await panel.getByTestId('after').waitFor();
    });

    for (const name of readdirSync(`${root}challenges/${slug}/broken`)) {
      const source = file(`broken/${name}`);
      const [, verdict, what] = /^\/\/ ([a-z-]+): (.*)/.exec(source) ?? [];
      test(`caught: ${name}`, async () => {
        assert.ok(verdict, `${name} does not begin with a comment like "// wrong: what is wrong with it"`);
        for (let i = 0; i < RUNS; i += 1) assert.equal(await submit(panel, source), verdict, what);
        assert.ok(await panel.locator('.case-failed').count() > 0, 'no row of the table shows the failure');
      });
    }

    test('a warm-up can be worked through, and does not count as a pass', async () => {
      if (!warmUps) return;
      await lab.page.evaluate(() => localStorage.clear());
      if (await panel.getByTestId('rung-gaps').count() > 0) {
        await panel.getByTestId('rung-gaps').click();
        assert.notEqual(await run(panel), 'passed', 'the gaps are empty');
        const answers = [...file('gaps.js').matchAll(/⟦(.*?)⟧/g)].map(([, answer]) => answer);
        for (const [index, answer] of answers.entries()) {
          await panel.getByLabel(`Gap ${index + 1} of ${answers.length}`).fill(answer);
        }
        assert.equal(await run(panel), 'passed', await sentence(panel));
        await panel.getByTestId('warm-up-done').waitFor();
      }
      if (await panel.getByTestId('rung-order').count() > 0) {
        await panel.getByTestId('rung-order').click();
        assert.notEqual(await run(panel), 'passed', 'the pieces lie in order');
        await putInOrder(panel, lab.page);
        assert.equal(await run(panel), 'passed', await sentence(panel));
      }
    });

    test('the page has no errors and asks nobody else', () => {
      assert.deepEqual([...lab.errors, ...lab.foreign], []);
    });
  });
}

test('a challenge that takes the place of another at once answers what is pressed', async () => {
  const lab = await open({ route: '#/challenges/raft-vote' });
  await lab.page.getByTestId('challenge-raft-vote').getByTestId('run').waitFor();
  // As `lab-part` does it, with nothing drawn in between.
  await lab.page.evaluate(async () => {
    const { version } = document.getElementById('app-files').dataset;
    const workshop = await import(new URL(`workshop.js?${version}`, document.baseURI));
    const before = document.querySelector('lab-part');
    const part = Object.assign(document.createElement('div'), { innerHTML: '<div></div>' });
    part.setAttribute('kind', before.getAttribute('kind'));
    part.setAttribute('argument', 'bully-messages');
    before.after(part);
    workshop.close(before.lastElementChild);
    workshop.open(part, part.firstElementChild, '{"progress": {}}');
  });
  const panel = lab.page.getByTestId('challenge-bully-messages');
  await panel.getByTestId('rung-write').click();
  await panel.getByTestId('editor').waitFor();
  const { errors } = lab;
  await lab.close();
  assert.deepEqual(errors, []);
});

describe('warm-ups that were begun', () => {
  const KEY = 'election-lab';
  let lab;
  let panel;
  before(async () => {
    lab = await open({ route: '#/challenges/raft-vote' });
    panel = lab.page.getByTestId('challenge-raft-vote');
    await panel.getByTestId('pieces').waitFor();
  });
  after(() => lab?.close());
  const lie = () => panel.getByTestId('pieces').locator('li').evaluateAll((all) => all.map((piece) => +piece.dataset.piece));
  const gap = (number) => panel.getByLabel(new RegExp(`^Gap ${number} of`));

  test('are as they were left, on the rung where they were left', async () => {
    const [one, two, ...rest] = await lie();
    await panel.locator(`[data-piece="${two}"] .up`).click();
    await panel.getByTestId('rung-gaps').click();
    await gap(1).fill('what & "that" </x>');
    await gap(3).fill('half');
    await lab.page.reload();
    assert.equal(await gap(1).inputValue(), 'what & "that" </x>');
    assert.equal(await gap(2).inputValue(), '');
    assert.equal(await gap(3).inputValue(), 'half');
    await panel.getByTestId('rung-order').click();
    assert.deepEqual(await lie(), [two, one, ...rest]);
    await lab.page.goto(`${lab.base}#/challenges`);
    assert.equal(await lab.page.getByTestId('entry-raft-vote').getAttribute('data-state'), 'begun');
    await lab.page.goto(`${lab.base}#/challenges/raft-vote`);
    assert.deepEqual(await lie(), [two, one, ...rest]);
  });

  for (const [what, order] of [['a piece that is there twice', '0 0 1'], ['no number', 'hello'], ['too many', '0 1 2 '.repeat(50_000)]]) {
    test(`what was kept and makes no sense does no harm: ${what}`, async () => {
      await lab.page.evaluate(([key, text]) => {
        const drafts = { 'raft-vote/order': text, 'raft-vote/gaps': text.replaceAll(' ', '\n'), 'raft-vote/rung': 'no-such' };
        localStorage.setItem(key, JSON.stringify({ version: 1, progress: { drafts } }));
      }, [KEY, order]);
      await lab.page.goto(`${lab.base}?${Math.random()}#/challenges/raft-vote`);
      await panel.getByTestId('pieces').waitFor();
      const pieces = await lie();
      assert.ok(pieces.length > 3);
      assert.equal(new Set(pieces).size, pieces.length);
      assert.equal(await run(panel), await run(panel), 'it runs');
      await panel.getByTestId('rung-gaps').click();
      assert.equal(await gap(1).inputValue(), order.split(' ')[0].trim());
      assert.deepEqual(lab.errors, []);
    });
  }
});

/** Moves every piece to its place with the keyboard alone. */
async function putInOrder(panel, page) {
  const pieces = () => panel.getByTestId('pieces').locator('li').evaluateAll((all) => all.map((piece) => +piece.dataset.piece));
  const { length } = await pieces();
  for (let place = 0; place < length; place += 1) {
    await panel.locator(`[data-piece="${place}"] .up`).focus();
    for (let at = (await pieces()).indexOf(place); at > place; at -= 1) await page.keyboard.press('ArrowUp');
    assert.equal((await pieces())[place], place, 'the keys moved another piece: the focus stayed behind');
  }
}

describe('a function in a cluster', () => {
  let lab;
  before(async () => {
    lab = await open({ route: '#/challenges/raft-vote' });
    await lab.page.getByTestId('challenge-raft-vote').getByTestId('run').waitFor();
  });
  after(() => lab?.close());

  /** Runs the code on the cases and in the cluster; how many runs show damage, and what it says. */
  async function play(slug, source) {
    await lab.page.evaluate((hash) => { location.hash = hash; }, `#/challenges/${slug}`);
    const panel = lab.page.getByTestId(`challenge-${slug}`);
    await panel.getByTestId('run').waitFor();
    // Not every challenge has warm-ups before it.
    const [write, editor] = [panel.getByTestId('rung-write'), panel.getByTestId('editor')];
    await write.or(editor).first().waitFor();
    // Even where one writes already: it takes away what came of the run before.
    if (await write.count() > 0) await write.click();
    await submit(panel, source);
    await panel.getByTestId('run-in-cluster').click();
    await panel.getByTestId('damage').waitFor();
    const damaged = await panel.getByTestId('cluster-runs').getByRole('button', { name: /^damage/ }).count();
    return { panel, damaged, words: await panel.getByTestId('damage').innerText() };
  }
  const code = (slug, file) => read(`challenges/${slug}/${file}.js`);
  const parts = readdirSync(`${root}challenges`).filter((slug) => /^part = /m.test(read(`challenges/${slug}/challenge.toml`)));

  test('right answers do no damage, and the run can be moved through', async () => {
    for (const slug of parts) {
      const { panel, damaged, words } = await play(slug, code(slug, 'solution'));
      assert.equal(damaged, 0, `${slug}: ${words}`);
      assert.match(words, /nothing went wrong/);
      await panel.getByTestId('scrubber').fill('1000');
      assert.match(await panel.getByTestId('clock').innerText(), /1/);
    }
  });

  for (const [slug, variant, says] of [
    ['raft-vote', 'votes-twice', /Nodes 0 and 1 both led/],
    ['raft-vote', 'zero-is-nobody', /voted for nodes 0 and 1/],
    ['raft-vote', 'longest-log', /log|entr/],
    ['raft-vote', 'always-refuses', /without a leader/],
    ['store-that-remembers', 'lets-all-in', /token|smaller|older/i],
    ['store-that-remembers', 'equal-refused', /turned away \d+ writes/],
    ['failure-detector', 'any-heartbeat', /without a leader/],
    ['failure-detector', 'too-early', /suspected node 5, which was up/],
    ['bully-messages', 'crowns-itself', /Nodes 0 and 1 both led/],
    ['ring-election', 'elected-for-ever', /\d+ messages were sent; by the rule it is \d+/],
    ['raft-count', 'counts-twice', /leads with \d votes of 4/],
    ['lease-still-mine', 'trusts-its-clock', /applied a write of node 0 .* after one of node 1/],
    ['zookeeper-watch', 'watches-the-leader', /4 clients were woken; by the rule it is 1/],
    ['sentinel-failover', 'quorum-authorises', /leading; by the rule it is node 7/],
  ]) {
    test(`damage is shown: ${slug}, ${variant}`, async () => {
      const { damaged, words } = await play(slug, code(slug, `broken/${variant}`));
      assert.ok(damaged > 0);
      assert.match(words, says);
    });
  }

  test('answers of no use are said to be so', async () => {
    const { words } = await play('store-that-remembers', 'function receive() { return 1; }');
    assert.match(words, /no usable answer to/);
  });

  test('the page has no errors', () => assert.deepEqual([...lab.errors, ...lab.foreign], []));
});

describe('the list of challenges', () => {
  test('shows what is passed, begun and open, and leads to each', async () => {
    const lab = await open({ route: '#/challenges' });
    try {
      const entry = (slug) => lab.page.getByTestId(`entry-${slug}`);
      await entry('store-that-remembers').getByRole('link').click();
      let panel = lab.page.getByTestId('challenge-store-that-remembers');
      await panel.getByTestId('rung-write').click();
      assert.equal(await submit(panel, read('challenges/store-that-remembers/solution.js')), 'passed');
      await lab.page.getByTestId('next-challenge').click();
      panel = lab.page.getByTestId('challenge-has-majority');
      await panel.getByTestId('rung-write').click();
      await put(panel, '// begun');
      await lab.page.getByRole('link', { name: 'All challenges' }).click();
      const states = ['store-that-remembers', 'has-majority', 'failure-detector'].map((slug) => entry(slug).getAttribute('data-state'));
      assert.deepEqual(await Promise.all(states), ['passed', 'begun', 'open']);
      const capstone = 1;
      assert.equal(await lab.page.locator('.challenge-list li').count(), readdirSync(`${root}challenges`).length + capstone);
      await lab.page.goto(`${lab.base}#/challenges/no-such`);
      await lab.page.getByText('There is no challenge called').waitFor();
      assert.deepEqual(lab.errors, []);
    } finally {
      await lab.close();
    }
  });
});

describe('the case table and the editor', () => {
  let lab;
  let panel;
  before(async () => {
    lab = await open({ route: '#/step/challenge' });
    panel = lab.page.getByTestId('challenge-validate-operation');
    await lab.page.waitForFunction(() => document.querySelector('code-editor')?.shadowRoot);
  });
  after(() => lab?.close());
  const code = () => panel.getByTestId('editor').evaluate((editor) => editor.value);
  const content = () => panel.locator('.cm-content');

  test('a case drawn for the run is shown when it fails, with input, expected and got', async () => {
    await submit(panel, read('challenges/validate-operation/broken/hard-coded.js'));
    const row = await panel.locator('.case-failed').last().innerText();
    assert.match(row, /drawn for this run/);
    assert.match(row, /validateOperation\(/);
  });

  test('a syntax error marks its line, and the next edit takes the mark away', async () => {
    assert.equal(await submit(panel, 'function validateOperation() {\n  return = true;\n}\n'), 'syntax-error');
    assert.match(await sentence(panel), /line 2/);
    assert.equal(await panel.locator('.cm-lintRange-error').innerText(), 'return = true;');
    await content().press('End');
    await lab.page.keyboard.type(' ');
    await panel.locator('.cm-lintRange-error').waitFor({ state: 'detached' });
  });

  test('a brace too many is called that, where it is; one that is missing at the end', async () => {
    const solution = read('challenges/validate-operation/solution.js').trimEnd();
    const lines = solution.split('\n').length;
    for (const [code, says, line] of [
      [`${solution}\n}\n// end\n`, /unexpected token:? '\}'/i, lines + 1],
      [`// one\n}\n${solution}`, /unexpected token:? '\}'/i, 2],
      ['function validateOperation() {\n  if (true) {\n  }}\n  return true;\n}\n', /closes too much/, 4],
      ['function validateOperation() {\n  return true;\n', /the code ends before a brace/, 3],
      ['if (1) return;\nfunction validateOperation() {\n  f(1;\n}\n', /missing \)/, 3],
    ]) {
      assert.equal(await submit(panel, code), 'syntax-error');
      assert.match(await sentence(panel), says);
      assert.match(await sentence(panel), new RegExp(`at line ${line}:`));
    }
  });

  test('what is changed while it runs is not what is judged, and nothing in it is marked', async () => {
    const running = async (code) => {
      await put(panel, code);
      await panel.locator('[data-testid=run]:not([aria-disabled=true])').click();
    };
    await running('function validateOperation() {\n  return a b;\n}\n');
    await put(panel, 'function validateOperation() {\n  return true;\n}\n');
    await panel.locator('[data-verdict=outdated]').waitFor();
    assert.match(await sentence(panel), /What was run came to this: Syntax error\./);
    assert.equal(await panel.locator('.cm-lintRange-error').count(), 0);
    await running(read('challenges/validate-operation/solution.js'));
    await put(panel, 'garbage(');
    await panel.locator('[data-verdict=outdated]').waitFor();
  });

  test('a timeout names the loop, and the button rests before it can be used again', async () => {
    assert.equal(await submit(panel, 'function validateOperation() {\n  let i = 0;\n  while (i < 9) {}\n}\n'), 'timeout');
    assert.match(await sentence(panel), /line 3: while \(i < 9\) \{\}/);
    assert.match(await panel.getByTestId('run').innerText(), /Ready again in 1 s/);
    await panel.getByTestId('run').dispatchEvent('click'); // A plain click would wait.
    assert.equal(await panel.getByTestId('verdict').getAttribute('data-verdict'), 'timeout', 'it ran all the same');
    await panel.locator('[data-testid=run]:not([aria-disabled=true])').waitFor();
  });

  test('by keyboard: Ctrl+Enter runs, Tab leaves, Escape and Tab leave, undo works', async () => {
    await content().focus();
    await lab.page.keyboard.press('Control+a');
    await lab.page.keyboard.type('const validateOperation = (now, operation) => operation?.token === now;');
    await lab.page.keyboard.press('Control+Enter');
    await panel.locator('[data-verdict=passed]').waitFor();
    assert.doesNotMatch(await code(), /\n/, 'Ctrl+Enter made a new line');
    for (const keys of [['Tab'], ['Escape', 'Tab']]) {
      await content().focus();
      for (const key of keys) await lab.page.keyboard.press(key);
      assert.equal(await lab.page.evaluate(() => document.activeElement.dataset.testid), 'run', keys.join());
    }
    await content().focus();
    await lab.page.keyboard.press('Control+z');
    assert.doesNotMatch(await code(), /=== now/);
  });

  test('starting over asks, and can be undone by its button and in the editor', async () => {
    const focus = () => lab.page.evaluate(() => document.activeElement.dataset.testid);
    await submit(panel, '// mine');
    await panel.getByTestId('start-over').click();
    assert.equal(await focus(), 'keep-code', 'whoever presses twice by mistake loses nothing');
    await panel.getByTestId('keep-code').click();
    assert.equal(await code(), '// mine');
    assert.equal(await focus(), 'start-over');
    await panel.getByTestId('start-over').click();
    await panel.getByTestId('confirm-start-over').click();
    assert.equal(await code(), read('challenges/validate-operation/starter.js'));
    assert.equal(await focus(), 'undo-start-over');
    await panel.getByTestId('undo-start-over').click();
    assert.equal(await code(), '// mine');
    await content().press('Control+z');
    assert.equal(await code(), read('challenges/validate-operation/starter.js'));
  });

  test('the code can be made larger, and stays so', async () => {
    const size = () => content().evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
    const normal = await size();
    for (let times = 0; times < 2; times += 1) await panel.getByTestId('code-larger').click();
    await lab.page.locator('.editor[data-size=largest]').waitFor();
    assert.equal(await panel.getByTestId('code-larger').getAttribute('aria-disabled'), 'true');
    assert.ok(Math.abs(await size() / normal - 1.5) < 0.01, `${normal} became ${await size()}`);
    await lab.page.reload();
    await content().waitFor();
    assert.ok(await size() > normal);
    for (let times = 0; times < 3; times += 1) await panel.getByTestId('code-smaller').click();
    await lab.page.locator('.editor[data-size=small]').waitFor();
    assert.ok(await size() < normal);
  });

  test('what the arguments are made of is offered after a dot', async () => {
    await put(panel, '');
    await content().focus();
    await lab.page.keyboard.type('operation.');
    const offered = panel.locator('.cm-tooltip-autocomplete li');
    await offered.first().waitFor();
    assert.ok((await offered.allInnerTexts()).includes('token'));
    await lab.page.keyboard.press('Escape');
    await put(panel, '');
    await content().focus();
    await lab.page.keyboard.type('this.');
    assert.equal(await offered.count(), 0, 'a function has no this');
  });

  test('each challenge keeps what can be undone in it', async () => {
    const go = async (slug) => {
      await lab.page.evaluate((hash) => { location.hash = hash; }, `#/challenges/${slug}`);
      panel = lab.page.getByTestId(`challenge-${slug}`);
      await panel.getByTestId('run').waitFor();
      if (await panel.getByTestId('rung-write').count() > 0) await panel.getByTestId('rung-write').click();
      await content().focus();
      await lab.page.keyboard.press('Control+End');
    };
    await go('lease-still-mine');
    const first = await code();
    await lab.page.keyboard.type('one');
    await go('has-majority');
    const second = await code();
    await lab.page.keyboard.type('two');
    await go('lease-still-mine');
    assert.equal(await code(), `${first}one`);
    for (let times = 0; times < 3; times += 1) await lab.page.keyboard.press('Control+z');
    assert.equal(await code(), first, 'what was done before leaving was not undone');
    await go('has-majority');
    for (let times = 0; times < 3; times += 1) await lab.page.keyboard.press('Control+z');
    assert.equal(await code(), second, 'something else was undone');
    await go('validate-operation');
  });

  test('a run that takes the tab with it loses nothing', async () => {
    const bomb = 'const keep = [];\nfunction validateOperation() { for (;;) keep.push(new Array(100_000).fill(1)); }';
    const page = await lab.newPage(`${lab.base}#/challenges/validate-operation`);
    const its = page.getByTestId('challenge-validate-operation');
    await its.locator('.cm-content').waitFor();
    await put(its, bomb);
    await its.locator('[data-testid=run]:not([aria-disabled=true])').click();
    const crashed = page.waitForEvent('crash');
    await page.goto('chrome://crash').catch(() => {});
    await crashed;
    await page.close();
    const again = await lab.newPage(`${lab.base}#/challenges/validate-operation`);
    await again.locator('.cm-content').waitFor();
    assert.equal(await again.getByTestId('editor').evaluate((editor) => editor.value), bomb);
    assert.equal(await again.getByTestId('verdict').getAttribute('data-verdict'), 'none', 'it ran by itself');
    await again.close();
  });

  test('a paste of megabytes is cut, and its verdict says that it is too long', async () => {
    await content().focus();
    await lab.page.keyboard.press('Control+a');
    await content().evaluate((target, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, 'let a = 1;\n'.repeat(500_000));
    assert.equal((await code()).length, 100_000);
    assert.equal(await run(panel), 'too-long');
    assert.match(await sentence(panel), /at most 64 kB are run/);
  });

  test('what the code prints is text', async () => {
    await submit(panel, 'console.log("<b>bold</b>");\nfunction validateOperation() {}');
    assert.equal(await panel.getByTestId('console').innerText(), '<b>bold</b>');
  });

  test('hints and a solution are there without passing, and leave the code alone', async () => {
    await submit(panel, '// still mine');
    await panel.getByTestId('hint-1').locator('summary').click();
    assert.ok(await panel.getByTestId('hint-1').locator('p').first().isVisible());
    await panel.getByTestId('show-solution').click();
    const solution = (await panel.getByTestId('solution').innerText()).trimEnd();
    assert.equal(solution, read('challenges/validate-operation/solution.js').trimEnd());
    assert.equal(await code(), '// still mine');
  });

  test('typing breaks no rule of the page', () => assert.deepEqual(lab.errors, []));
});

describe('on a phone', () => {
  test('the editor is a plain text field, and works', async () => {
    const lab = await open({ route: '#/step/challenge', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    try {
      const panel = lab.page.getByTestId('challenge-validate-operation');
      const field = panel.getByRole('textbox', { name: 'Your code for validateOperation' });
      await field.fill(read('challenges/validate-operation/solution.js'));
      assert.equal(await run(panel), 'passed');
      assert.ok(!lab.server.requests.some((path) => path.endsWith('/editor.js')), 'the editor was loaded');
    } finally {
      await lab.close();
    }
  });
});

describe('when the sandbox is missing', () => {
  test('the learner is not blamed', async () => {
    const lab = await open({ route: '#/step/challenge' });
    try {
      lab.server.override('runner.html', 'not what it should be');
      const panel = lab.page.getByTestId('challenge-validate-operation');
      await panel.getByTestId('run').click();
      await panel.locator('[data-verdict=runner-failure]').waitFor({ timeout: 15_000 });
      assert.match(await sentence(panel), /Your code is not at fault/);
    } finally {
      await lab.close();
    }
  });
});
