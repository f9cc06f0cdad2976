// The capstone in the real page and the real sandbox: elections in JavaScript against every level,
// failures that are shrunk, replayed and sent on, and nodes that misbehave.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { open } from './support/browser.mjs';
import { put, sentence } from './support/editor.mjs';

const PATIENCE = 120_000; // ms. A machine with other things to do takes its time.
const ROUTE = '#/challenges/own-election';
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(`${root}course/capstone/${path}`, 'utf8');
const example = (name) => read(`examples/${name}.js`);

/** The levels, and which of them each example passes, as the course says. */
const sheet = read('capstone.toml');
const LEVELS = [...sheet.matchAll(/\[\[level\]\]\nid = "(.*)"/g)].map(([, id]) => id);
const EXAMPLES = [...sheet.matchAll(/file = "(.*)"[^[]*passes = (\[.*\])/g)].map(([, name, passes]) => ({ name, passes: JSON.parse(passes) }));

async function start() {
  const lab = await open({ route: ROUTE });
  lab.context.setDefaultTimeout(PATIENCE);
  const panel = lab.page.getByTestId('challenge-own-election');
  await lab.page.waitForFunction(() => document.querySelector('code-editor')?.shadowRoot);

  /** Runs code on a level, 200 times or once, and gives the verdict's name. */
  const take = async (level, code, button = 'run') => {
    await put(panel, code);
    await panel.getByTestId(`level-${level}`).click();
    await panel.locator(`[data-testid=${button}]:not([aria-disabled=true])`).click();
    // What cannot be run at all is over before it could be seen to run.
    await panel.locator('[data-testid=run][aria-disabled=true]').waitFor({ timeout: 1000 }).catch(() => {});
    await panel.locator('[data-testid=run]:not([aria-busy=true])').waitFor();
    return panel.getByTestId('verdict').getAttribute('data-verdict');
  };
  return { lab, panel, take };
}

describe('elections written in JavaScript', () => {
  let lab;
  let panel;
  let take;
  before(async () => ({ lab, panel, take } = await start()));
  after(() => lab?.close());

  test('there are six levels, and examples that differ in what they pass', () => {
    assert.equal(LEVELS.length, 6);
    assert.equal(new Set(EXAMPLES.map(({ passes }) => passes.join())).size, 3);
    assert.ok(EXAMPLES.some(({ passes }) => passes.length === LEVELS.length), 'none passes all');
  });

  test('the starter passes nothing', async () => {
    assert.equal(await take('calm', read('starter.js')), 'wrong');
    assert.match(await sentence(panel), /200 of 200 runs .* Nobody leads/);
  });

  for (const { name, passes } of EXAMPLES) {
    for (const level of LEVELS) {
      test(`${name} ${passes.includes(level) ? 'passes' : 'fails'} ${level}`, async () => {
        const verdict = await take(level, example(name));
        assert.equal(verdict, passes.includes(level) ? 'passed' : 'wrong', await sentence(panel));
      });
    }
  }

  test('what hint 1 says is enough for the first level', async () => {
    const hint = read('hints.md').split('---')[0];
    const [lead, timer] = [/`(if \(this\.id .*?)`/, /`(this\.setTimer\(.*?\))`/].map((code) => code.exec(hint)[1]);
    const code = `class Node extends Process {\n  boot() { ${lead.replace('…', '0')}; ${timer}; }\n  onTimer() { ${timer}; }\n}`;
    assert.equal(await take('calm', code), 'passed', await sentence(panel));
  });

  test('what is passed is kept, and all of it is the challenge', async () => {
    await lab.page.goto(`${lab.base}#/challenges`);
    assert.equal(await lab.page.getByTestId('entry-own-election').getAttribute('data-state'), 'passed');
    await lab.page.goto(`${lab.base}${ROUTE}`);
    await lab.page.getByTestId('after').waitFor();
    assert.equal(await lab.page.locator('[data-testid^=level-][data-state=passed]').count(), LEVELS.length);
  });

  test('the page has no errors and asks nobody else', () => assert.deepEqual([...lab.errors, ...lab.foreign], []));
});

describe('a level that is not passed', () => {
  let lab;
  let panel;
  before(async () => {
    let take;
    ({ lab, panel, take } = await start());
    await take('partitions', example('bully'));
  });
  after(() => lab?.close());

  test('shows the run as short as it gets, with the claim and who broke it', async () => {
    const words = await panel.getByTestId('watched').innerText();
    assert.match(words, /as short as it gets\. Node \d began to lead at \d+ ms, and had been cut off from a majority/);
    assert.match(await sentence(panel), /It does not hold in \d+ of 200 runs/);
  });

  test('plays without the code, to the very event', async () => {
    const scrubber = panel.getByTestId('scrubber');
    await scrubber.fill(await scrubber.getAttribute('max'));
    assert.ok(await panel.locator('[data-testid^=node-][data-role=leader]').count() > 0);
    assert.equal(await lab.page.locator('iframe').count(), 0, 'a sandbox is left in the page');
  });

  test('has a link that opens it on the workbench, where no code runs', async () => {
    const href = await panel.getByTestId('watched-link').getAttribute('href');
    assert.ok(href.length < 2000, `${href.length} characters`);
    const tab = await lab.newPage(`${lab.base}${href}`);
    await tab.getByTestId('bench').waitFor();
    const asked = lab.server.requests.filter((path) => path.endsWith('/runner.html')).length;
    assert.ok(await tab.locator('[data-testid^=node-][data-role=leader]').count() > 0);
    assert.equal((await tab.getByTestId('notice').allInnerTexts()).join(''), '', 'the workbench found something wrong with it');
    assert.equal(lab.server.requests.filter((path) => path.endsWith('/runner.html')).length, asked);
    await tab.close();
  });

  test('has a scoreboard of the same seeds', async () => {
    await panel.getByTestId('compare-scores').click();
    const rows = panel.getByTestId('scoreboard').locator('tbody tr');
    await rows.nth(3).waitFor();
    const cells = await rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    assert.deepEqual(cells.map(([name]) => name), ['Yours', 'Bully', 'Ring (collected list)', 'Raft']);
    const falls = Object.fromEntries(cells.map(([name, , , , falls]) => [name, parseInt(falls, 10)]));
    assert.ok(falls.Yours > 0 && falls.Bully > 0 && falls.Raft === 0, JSON.stringify(falls));
    for (const [name, messages] of cells) assert.ok(+messages > 0, `${name} sends nothing`);
  });

  test('the page has no errors', () => assert.deepEqual([...lab.errors, ...lab.foreign], []));
});

/** A node that does this when it starts, and this when its timer `retry` runs out after 700 ms. */
const node = (boot, retry = '') => `class Node extends Process {
  boot() { this.setTimer('retry', 700); ${boot} }
  onMessage(from, message) { this.heard?.(from, message); }
  onTimer(name) { ${retry} }
}`;

// What a node must not do, and what is said of it. Whoever shares a variable would elect with it.
const HOSTILE = [
  ['loops in onTimer', node('', 'while (this.id === 1) {}'), 'timeout', /Node 1 was still busy after a second, so it was stopped\. That was 700 ms into the run/],
  ['loops in boot', node('for (;;);'), 'timeout', /Node 0 was still busy/],
  ['loops while it is loaded', 'for (;;);', 'timeout', /still running after a second/],
  ['loops in microtasks', node('const again = () => Promise.resolve().then(again); again();'), 'timeout', /still running/],
  ['throws', node('', '\n\nthis.no.such = 1;'), 'thrown', /Node 0 threw TypeError: .* at line 6\. That was 700 ms/],
  ['throws null', node('throw null;'), 'thrown', /Node 0 threw null/],
  ['recurses without end', node('const f = () => f() + 1; f();'), 'thrown', /Node 0 calls itself without end/],
  ['floods', 'class Node extends Process {\n  boot() { this.tell(); }\n  onMessage() { this.tell(); }\n  tell() { for (const id of this.others) this.send(id, 1); }\n}', 'thrown', /floods the network/],
  ['sends a hundred and one', node('for (let i = 0; i < 101; i += 1) this.send(this.others[0], i);'), 'thrown', /at most 100 things/],
  ['sends a huge message', node("this.send(this.others[0], 'x'.repeat(1 << 22));"), 'thrown', /characters are too many/],
  ['sends what is no data', node('this.send(this.others[0], () => 1);'), 'thrown', /cannot be written as JSON/],
  ['sends to nobody', node('this.send(9, 1);'), 'thrown', /there is no node 9/],
  ['fills its disk', node("this.persist('x'.repeat(2001));"), 'thrown', /characters are too many/],
  ['wakes itself without end', node('', "this.setTimer('retry', 0);"), 'thrown', /Node 0 was woken 1001 times within a second/],
  ['is asynchronous', node('').replace('boot()', 'async boot()'), 'thrown', /gave a promise/],
  ['draws lots', node('this.lead(Math.random());'), 'thrown', /Math\.random differs from run to run/],
  ['looks at the time', node('this.lead(Date.now());'), 'thrown', /Date differs from run to run/],
  ['tampers with lists', node('Array.prototype.includes = () => true;'), 'thrown', /threw TypeError/],
  ['tampers with objects', node("Object.defineProperty(Object.prototype, 'acts', { set() {} });"), 'thrown', /threw TypeError/],
  ['tampers with JSON', node('JSON.stringify = () => 1;'), 'thrown', /threw TypeError/],
  ['tampers with what it is made of', node('Process.prototype.send = () => {};'), 'thrown', /threw TypeError/],
  ['shares a variable', `let first;\n${node('first ??= this.id; if (first === this.id) this.lead(1);')}`, 'wrong', /lead/],
  ['shares a global', node('globalThis.first ??= this.id;'), 'thrown', /threw TypeError/],
  ['shares the class it is made of', node('Process.first ??= this.id;'), 'thrown', /threw TypeError/],
  ['makes a node of its own', node('new Node();'), 'thrown', /code cannot make one of its own/],
  ['acts later', node('const late = () => this.lead(1); Promise.resolve().then(late);'), 'wrong', /Nobody leads/],
  ['speaks to the page', node("postMessage(['round', '[]']);"), 'thrown', /threw (ReferenceError|TypeError)/],
  ['asks the network', node("fetch('/');"), 'thrown', /threw (ReferenceError|TypeError)/],
  ['closes itself', node('self.close();'), 'thrown', /threw (ReferenceError|TypeError)/],
  ['is no class', 'const Node = 5;', 'no-function', /There is no class called Node/],
  ['does not parse', 'class Node {', 'syntax-error', /cannot be read/],
  ['is too long', `${node('')}//${'x'.repeat(66_000)}`, 'too-long', /at most 64 kB/],
];

describe('nodes that misbehave', () => {
  let lab;
  let panel;
  let take;
  before(async () => ({ lab, panel, take } = await start()));
  after(() => lab?.close());

  for (const [name, code, verdict, says] of HOSTILE) {
    test(`one that ${name}`, async () => {
      const requests = lab.server.requests.length;
      assert.equal(await take('calm', code, 'run-one'), verdict, await sentence(panel));
      assert.match(await sentence(panel), says);
      const asked = lab.server.requests.slice(requests).filter((path) => !path.endsWith('/runner.html'));
      assert.deepEqual([...asked, ...lab.foreign, ...lab.errors], []);
      assert.equal(await lab.page.locator('iframe').count(), 0, 'a frame is left in the page');
    });
  }

  test('the next one is none the worse', async () => {
    assert.equal(await take('calm', example('majority'), 'run-one'), 'ran', await sentence(panel));
  });

  test('a loop in one of many runs is found among them', async () => {
    const rare = node('', 'if (this.id === 6) for (;;);');
    assert.equal(await take('calm', rare), 'timeout');
    assert.match(await sentence(panel), /Node 6 was still busy/);
  });

  test('what is done when a turn is over is said to come to nothing', async () => {
    await take('calm', node('Promise.resolve().then(() => this.lead(1));'), 'run-one');
    assert.match(await panel.getByTestId('console').innerText(), /A promise was rejected: Error: A node can act only while/);
  });

  test('what nodes print is shown, once and as text', async () => {
    await take('calm', node("console.log('<b>', this.id);"), 'run-one');
    assert.match(await panel.getByTestId('console').innerText(), /^<b> 0\n<b> 1/);
  });
});

describe('a run that fails in the end', () => {
  test('is made shorter and stays a fair one: who crashes comes back, three nodes are left', async () => {
    const { lab, panel, take } = await start();
    try {
      const forgets = example('majority').replace("this.role = 'follower';\n    this.waitForLeader();", "this.role = 'follower';\n    if (this.disk === null) this.waitForLeader();");
      assert.notEqual(forgets, example('majority'));
      assert.equal(await take('crashes', forgets), 'wrong');
      assert.match(await panel.getByTestId('watched').innerText(), /as short as it gets\. Nobody leads at \d+ ms, long after all was well again/);
      assert.ok(await panel.locator('.watched [data-testid^=node-]').count() >= 3);
      const scrubber = panel.getByTestId('scrubber');
      await scrubber.fill(await scrubber.getAttribute('max'));
      const states = await panel.locator('.watched [data-testid^=node-][data-status]').evaluateAll((all) => all.map((each) => each.dataset.status));
      assert.deepEqual([...new Set(states)], ['running']);
    } finally {
      await lab.close();
    }
  });
});

describe('the capstone by hand', () => {
  test('slow code is cancelled at once', async () => {
    const { lab, panel } = await start();
    try {
      await put(panel, node('for (let i = 0, x = 0; i < 1.2e8; i++) x += i % 7;'));
      await panel.getByTestId('run').click();
      await panel.getByTestId('making').waitFor();
      await lab.page.waitForTimeout(4000);
      await panel.getByTestId('cancel').click();
      await panel.locator('[data-testid=run]:not([aria-disabled=true])').waitFor({ timeout: 2000 });
      assert.equal(await panel.getByTestId('verdict').getAttribute('data-verdict'), 'none');
      assert.equal(await lab.page.locator('iframe').count(), 0);
    } finally {
      await lab.close();
    }
  });

  test('a loop and an error are marked where they are, until the next edit', async () => {
    const { lab, panel, take } = await start();
    try {
      const marked = () => panel.getByTestId('editor').getAttribute('fault-line');
      assert.equal(await take('calm', node('', '\n\nfor (;;);'), 'run-one'), 'timeout');
      assert.match(await sentence(panel), /The likely cause is the loop at line 6: for \(;;\);/);
      assert.equal(await marked(), '6');
      assert.equal(await take('calm', node('', '\nthis.no.such = 1;'), 'run-one'), 'thrown');
      assert.match(await sentence(panel), /Correct that line and run again\./);
      assert.equal(await marked(), '5');
      await put(panel, '// another');
      await panel.locator('code-editor:not([fault-line])').waitFor({ state: 'attached' });
    } finally {
      await lab.close();
    }
  });

  test('what is changed while it runs is not what is judged', async () => {
    const { lab, panel } = await start();
    try {
      await put(panel, example('majority'));
      await panel.getByTestId('run').click();
      await panel.getByTestId('making').waitFor();
      await put(panel, '// another');
      await panel.locator('[data-testid=run]:not([aria-busy=true])').waitFor();
      assert.equal(await panel.getByTestId('verdict').getAttribute('data-verdict'), 'outdated');
      assert.match(await sentence(panel), /What was run came to this: Passed\./);
    } finally {
      await lab.close();
    }
  });

  test('runs can be cancelled, and Ctrl+Enter starts them', async () => {
    const { lab, panel } = await start();
    try {
      await put(panel, example('majority'));
      await panel.getByTestId('level-everything').click();
      await panel.locator('.cm-content').press('Control+Enter');
      await panel.getByTestId('making').waitFor();
      await panel.getByTestId('cancel').click();
      await panel.locator('[data-testid=run]:not([aria-disabled=true])').waitFor();
      assert.equal(await panel.getByTestId('verdict').getAttribute('data-verdict'), 'none');
      assert.equal(await lab.page.locator('iframe').count(), 0);
    } finally {
      await lab.close();
    }
  });

  test('nothing runs by itself, drafts stay', async () => {
    const { lab, panel } = await start();
    try {
      await put(panel, '// mine');
      await lab.page.reload();
      await panel.getByTestId('run').waitFor();
      assert.equal(await panel.getByTestId('editor').evaluate((editor) => editor.value ?? editor.querySelector('textarea').value), '// mine');
      assert.equal(await panel.getByTestId('verdict').getAttribute('data-verdict'), 'none');
      assert.ok(!lab.server.requests.some((path) => path.endsWith('/runner.html')), 'something ran');
    } finally {
      await lab.close();
    }
  });

  test('a phone is enough', async () => {
    const lab = await open({ route: ROUTE, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    try {
      lab.context.setDefaultTimeout(PATIENCE);
      const panel = lab.page.getByTestId('challenge-own-election');
      await panel.getByRole('textbox').fill(example('bully'));
      await panel.getByTestId('api').locator('summary').click();
      await panel.getByTestId('run-one').click();
      await panel.getByTestId('watched').waitFor();
      const wide = await lab.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `the page is ${wide} px wide`);
    } finally {
      await lab.close();
    }
  });
});
