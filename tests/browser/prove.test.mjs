// Exhaustive search on the page: what it finds, says and plays, and that it never holds the page up.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { violations } from './support/axe.mjs';
import { open } from './support/browser.mjs';

let lab;
let page;
const verdict = () => page.getByTestId('verdict').innerText();
const ask = async (slug) => {
  await page.getByTestId(`famous-${slug}`).click();
  await page.locator('.search-result:not([data-state="running"])').waitFor({ timeout: 120_000 });
};

before(async () => {
  lab = await open({ route: '#/prove' });
  page = lab.page;
  await page.getByTestId('prove').waitFor();
});
after(() => lab?.close());

// The lengths are those of the engine's own tests.
for (const [slug, events] of [
  ['bully-partition', 4], ['forgotten-vote', 8], ['two-terms', 6], ['half', 6], ['unfenced', 8],
]) {
  test(`${slug} falls, and the shortest run plays to the same violation`, async () => {
    await ask(slug);
    assert.match(await verdict(), new RegExp(`falls\\. The shortest run takes ${events} events`));
    assert.equal(await page.getByTestId('shortest-run').locator('li').count(), events + 1);
    assert.match(await page.getByTestId('search-figures').innerText(), /states, depth \d+, .* MB, \d+ ms/);
    const scrubber = page.getByTestId('scrubber');
    await scrubber.fill(await scrubber.getAttribute('max'));
    assert.ok((await page.getByTestId('event-log').innerText()).length > 40);
    assert.deepEqual(await violations(page), []);
  });
}

const hunt = async (slug) => {
  await page.getByTestId(`famous-${slug}`).click();
  await page.locator('[data-testid="hunt-result"]:not([data-state="running"])').waitFor({ timeout: 120_000 });
  return page.getByTestId('hunt-verdict').innerText();
};

// The runs are those of the engine's own test.
for (const [slug, claim] of [['lease-unfenced', 'token-order'], ['sentinel-loses', 'writes-kept'], ['kafka-unclean', 'writes-kept'], ['zookeeper-naive', 'one-woken']]) {
  test(`${slug} is caught by chance, and what was caught plays to the violation`, async () => {
    assert.match(await hunt(slug), new RegExp(`^${claim} falls in run \\d+`));
    assert.match(await page.getByTestId('hunt-figures').innerText(), /^\d+ runs?, .* a second, \d+ ms/);
    const scrubber = page.getByTestId('hunt-result').getByTestId('scrubber');
    await scrubber.fill(await scrubber.getAttribute('max'));
    const address = await page.getByTestId('caught-link').getAttribute('href');
    const bench = await lab.context.newPage();
    await bench.goto(lab.base + address);
    await bench.getByTestId('bench').waitFor();
    const tape = bench.getByTestId('scrubber');
    await tape.fill(await tape.getAttribute('max'));
    await bench.locator(`[data-testid="violation"][data-check="${claim}"]`).first().waitFor();
    await bench.close();
    assert.deepEqual(await violations(page), []);
  });
}

test('a hunt that catches nothing claims nothing, and its address asks the same', async () => {
  await page.getByTestId('hunt-ask').locator('summary').click();
  await page.getByTestId('famous-lease-fenced').click();
  for (let again = 0; again < 2; again += 1) {
    await page.getByTestId('ask-hunt-runs').fill('0');
    await page.getByTestId('ask-hunt-runs').blur();
    assert.match(await page.getByTestId('hunt-ask-problem').innerText(), /from 1 to 100000/);
    assert.notEqual(await page.getByTestId('ask-hunt-runs').inputValue(), '0');
  }
  await page.getByTestId('ask-hunt-runs').fill('60');
  await page.getByTestId('ask-hunt-runs').blur();
  await page.getByTestId('hunt').click();
  await page.locator('[data-testid="hunt-result"][data-state="none"]').waitFor();
  const verdict = await page.getByTestId('hunt-verdict').innerText();
  assert.equal(verdict, 'token-order fell in none of 60 runs. That is no proof.');
  const link = await page.getByTestId('hunt-link').getAttribute('href');
  await page.goto('about:blank');
  await page.goto(lab.base + link);
  await page.getByTestId('hunt').click();
  await page.locator('[data-testid="hunt-result"][data-state="none"]').waitFor();
  assert.equal(await page.getByTestId('hunt-verdict').innerText(), verdict);
  await page.goto('about:blank');
  await page.goto(`${lab.base}#/prove?hunt=%7B%22protocol`);
  assert.match(await page.getByTestId('hunt-problem').innerText(), /makes no sense/);
});

test('with its recipe ZooKeeper wakes one, and the recipe is a part of the question', async () => {
  await page.goto('about:blank');
  await page.goto(`${lab.base}#/prove`);
  await hunt('zookeeper-naive');
  await page.getByTestId('hunt-ask').locator('summary').click();
  assert.equal(await page.getByTestId('ask-hunt-flag').inputValue(), '0');
  await page.getByTestId('ask-hunt-flag').selectOption('1');
  await page.getByTestId('ask-hunt-runs').fill('200');
  await page.getByTestId('ask-hunt-runs').blur();
  await page.getByTestId('hunt').click();
  await page.locator('[data-testid="hunt-result"][data-state="none"]').waitFor({ timeout: 60_000 });
  assert.equal(await page.getByTestId('hunt-verdict').innerText(), 'one-woken fell in none of 200 runs. That is no proof.');
  // Without the rule on whom to watch the recipe is none.
  await page.getByTestId('ask-hunt-broken').selectOption('watches-the-leader');
  await page.getByTestId('hunt').click();
  await page.locator('[data-testid="hunt-result"][data-state="found"]').waitFor({ timeout: 60_000 });
  await page.getByTestId('ask-hunt-claim').selectOption('token-order');
  assert.equal(await page.getByTestId('ask-hunt-flag').count(), 0);
  await page.goto('about:blank');
  await page.goto(`${lab.base}#/prove`);
});

test('a hunt ends when it is cancelled', async () => {
  await page.getByTestId('hunt-ask').locator('summary').click();
  await page.getByTestId('ask-hunt-protocol').selectOption('etcd');
  await page.getByTestId('ask-hunt-runs').fill('100000');
  await page.getByTestId('ask-hunt-runs').blur();
  await page.getByTestId('hunt').click();
  await page.locator('[data-testid="hunt-result"][data-state="running"]').waitFor();
  await page.getByTestId('cancel-hunt').click();
  await page.locator('[data-testid="hunt-result"][data-state="stopped"]').waitFor();
  assert.match(await page.getByTestId('hunt-verdict').innerText(), /^Cancelled\. .* fell in none of \d+ runs\./);
  await page.goto(`${lab.base}#/prove`);
  await page.getByTestId('prove').waitFor();
});

test('a run that was found opens on the workbench, and the claim falls there too', async () => {
  await ask('forgotten-vote');
  const address = await page.getByTestId('finding-link').getAttribute('href');
  // In a tab of its own, so that the question and its result stay where they are.
  const [own] = await Promise.all([lab.context.waitForEvent('page'), page.getByTestId('finding-link').click()]);
  await own.getByTestId('bench').waitFor();
  await own.close();
  assert.match(await verdict(), /falls/);
  await page.goto('about:blank');
  await page.goto(lab.base + address);
  await page.getByTestId('bench').waitFor();
  assert.equal(await page.getByTestId('notice').innerText(), '');
  const scrubber = page.getByTestId('scrubber');
  await scrubber.fill(await scrubber.getAttribute('max'));
  await page.locator('[data-testid="violation"][data-check="one-leader-per-number"]').waitFor();
  await page.goto(`${lab.base}#/prove`);
  await page.getByTestId('prove').waitFor();
});

test('what holds is said with its bounds and nothing more', async () => {
  await ask('bully-in-time');
  assert.match(await verdict(), /none within these bounds\. Every run was seen to its end\./);
  assert.match(await page.getByTestId('search-figures').innerText(), /^617 states/);
});

test('an answer is not taken for that to another question', async () => {
  await ask('bully-in-time');
  await verdict();
  assert.equal(await page.getByTestId('asked-before').count(), 0);
  await page.getByTestId('ask').locator('summary').click();
  await page.getByTestId('ask-partitions').fill('1');
  await page.getByTestId('ask-partitions').blur();
  assert.match(await page.getByTestId('asked-before').innerText(), /^You have changed the question since\. .*: does one-leader-at-a-time fall for Bully/);
  await page.getByTestId('search').click();
  await page.getByTestId('asked-before').waitFor({ state: 'detached' });
  await page.getByTestId('ask').locator('summary').click();
});

test('a long search leaves the page free, and what is cancelled says how far it came', async () => {
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((task) => task.duration)))
      .observe({ type: 'longtask' });
  });
  await page.getByTestId('famous-kept-vote').click();
  await page.getByText(/states, depth ([5-9]|\d\d)/).waitFor({ timeout: 60_000 });
  await page.getByTestId('cancel').click();
  assert.match(await verdict(), /^Cancelled\. .* none in runs of up to \d+ events/);
  assert.deepEqual(await page.evaluate(() => window.longTasks), []);
});

test('a question has an address, and a bound on memory is kept', async () => {
  await ask('bully-partition');
  await page.getByTestId('ask').locator('summary').click();
  await page.getByTestId('ask-partitions').fill('0');
  await page.getByTestId('ask-partitions').blur();
  const address = await page.getByTestId('prove-link').getAttribute('href');
  const asked = JSON.parse(decodeURIComponent(address.split('?ask=')[1]));
  assert.equal(asked.faults.partitions, 0);
  asked.protocol = { raft: { ...asked.protocol.raft, settled: false, writes: false } };
  Object.assign(asked, { prompt: false, claim: 'one-leader-per-number' });
  asked.bounds.memory = 8 << 20;
  await page.goto('about:blank');
  await page.goto(`${lab.base}#/prove?ask=${encodeURIComponent(JSON.stringify(asked))}`);
  await page.getByTestId('search').click();
  await page.locator('.search-result[data-state="none"]').waitFor({ timeout: 60_000 });
  assert.match(await verdict(), /The search ended at the bound on memory/);
});

test('a link that is opened in the same tab is followed, and a damaged one is told', async () => {
  await page.goto('about:blank');
  await page.goto(`${lab.base}#/prove`);
  const asked = (text) => page.getByTestId('asked').getByText(text).waitFor();
  await page.getByTestId('famous-half').click();
  await asked('among 4 nodes?');
  const address = await page.getByTestId('prove-link').getAttribute('href');
  const hunted = await page.getByTestId('hunt-link').getAttribute('href');
  await page.getByTestId('famous-bully-partition').click();
  await asked('among 3 nodes?');
  const open = (hash) => page.evaluate((to) => { location.hash = to; }, hash);
  await open(address);
  await asked('Asked: does one-leader-per-number fall for Raft without more-than-half, among 4 nodes?');
  await open('#/prove?ask=%7B');
  await page.getByTestId('prove-problem').waitFor();
  // A link asks for no more than the form does.
  const question = JSON.parse(decodeURIComponent(address.split('?ask=')[1]));
  question.bounds.memory = 1e15;
  await open(`#/prove?ask=${encodeURIComponent(JSON.stringify(question))}`);
  await page.getByTestId('prove-problem').getByText('"memory" is 1000000000000000: expected').waitFor();
  await open('#/prove?hunt=%7B');
  await page.getByTestId('hunt-problem').waitFor();
  assert.equal(await page.getByTestId('prove-problem').count(), 0);
  await open(hunted);
  await page.getByTestId('hunt-problem').waitFor({ state: 'detached' });
});

test('a rule that is switched off says where it is missed, and the search is live', async () => {
  await page.getByTestId('ask').locator('summary').click();
  await page.getByTestId('ask-protocol').selectOption('raft');
  await page.getByTestId('ask-broken').selectOption('whole-cluster');
  await page.getByTestId('known-fall').getByText('one-leader-per-number, among 4 nodes').waitFor();
  await page.getByTestId('ask-that').click();
  assert.equal(await page.getByTestId('ask-nodes').inputValue(), '4');
  await page.getByTestId('search').click();
  await page.locator('.search-result[data-state="found"]').waitFor({ timeout: 60_000 });
  assert.match(await verdict(), /takes 6 events/);
});

test('what makes no sense is refused in a sentence', async () => {
  await page.goto('about:blank');
  await page.goto(`${lab.base}#/prove`);
  await page.getByTestId('ask').locator('summary').click();
  const address = () => page.getByTestId('prove-link').getAttribute('href');
  const before = await address();
  // Each twice: what is typed a second time is put back a second time.
  for (const [field, value, limits] of [
    ['crashes', '99', '0 to 9'], ['drops', '-1', '0 to 9'], ['depth', '0', '1 to 1000'], ['memory', '', '8 to 2048'],
  ].flatMap((each) => [each, each])) {
    const kept = await page.getByTestId(`ask-${field}`).inputValue();
    await page.getByTestId(`ask-${field}`).fill(value);
    await page.getByTestId(`ask-${field}`).blur();
    await page.getByTestId('ask-problem').getByText(`from ${limits}`).waitFor();
    assert.equal(await address(), before, field);
    assert.equal(await page.getByTestId(`ask-${field}`).inputValue(), kept, field);
  }
  await page.getByTestId('ask-crashes').fill('1');
  await page.getByTestId('ask-crashes').blur();
  await page.getByTestId('ask-problem').waitFor({ state: 'detached' });
  assert.notEqual(await address(), before);
  for (const [ask, why] of [
    ['%7B%22protocol%22', /EOF/], ['%E0%A4%A', /cut off/], [encodeURIComponent('{"nodes":99}'), /address cannot be asked/],
  ]) {
    await page.goto('about:blank');
    await page.goto(`${lab.base}#/prove?ask=${ask}`);
    assert.match(await page.getByTestId('prove-problem').innerText(), why);
  }
  await ask('bully-partition');
});

test('at its bound on memory a search takes no more of the browser', async () => {
  const bound = 64 * 2 ** 20;
  const taken = await page.evaluate(async (memory) => {
    const background = await import(new URL('background.js', document.baseURI));
    const program = await background.default({ module_or_path: 'background_bg.wasm' });
    const raft = { settled: false, writes: false };
    const faults = { crashes: 2, restarts: 2, drops: 2 };
    const bounds = { memory, states: 100_000_000 };
    const question = { protocol: { raft }, nodes: 5, claim: 'one-leader-per-number', faults, bounds };
    const job = new background.Job(JSON.stringify({ Search: question }));
    let said;
    do said = JSON.parse(job.go_on()); while (job.is_running());
    const [{ states, bytes }, , answer] = said.Said.Over;
    return { states, bytes, answer, all: program.memory.buffer.byteLength };
  }, bound);
  assert.deepEqual(taken.answer, { None: 'Memory' });
  assert.ok(taken.bytes <= bound && taken.bytes > bound / 2, `${taken.bytes} bytes of states`);
  assert.ok(taken.states > 500_000, `${taken.states} states`);
  // The program itself and the gaps between what was taken come on top.
  assert.ok(taken.all <= bound + 8 * 2 ** 20, `${taken.all} bytes in all`);
});

test('a worker whose memory runs out is said so, and the next search starts a new one', async () => {
  const address = new URL('background_bg.wasm', lab.base);
  const program = Buffer.from(await (await fetch(address)).arrayBuffer());
  lab.server.override('background_bg.wasm', capped(program, 320));
  await page.getByTestId('famous-kept-vote').click();
  await page.locator('.search-result[data-state="stopped"]').waitFor({ timeout: 60_000 });
  assert.match(await verdict(), /ended by itself: it broke off, perhaps for want of memory \(.*\)\. .*: none in runs of up to [1-9]\d* events/);
  lab.server.override('background_bg.wasm', program);
  await ask('bully-partition');
  assert.match(await verdict(), /falls/);
});

/** A program that gets so many pages of memory beyond those that it begins with, and no more. */
function capped(program, pages) {
  const number = (at) => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = program[at];
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      at += 1;
    } while (byte >= 0x80);
    return [value, at];
  };
  const written = (value) => (value < 0x80 ? [value] : [value % 0x80 + 0x80, ...written(Math.floor(value / 0x80))]);
  for (let at = 8; at < program.length;) {
    const [length, begin] = number(at + 1);
    if (program[at] === 5) {
      const [least] = number(begin + 2);
      const memory = [1, 1, ...written(least), ...written(least + pages)];
      return Buffer.concat([program.subarray(0, at), Buffer.from([5, memory.length, ...memory]), program.subarray(begin + length)]);
    }
    at = begin + length;
  }
  throw new Error('The program has no memory.');
}

test('a worker that dies is said so, and the next search starts afresh', async () => {
  await page.evaluate(() => {
    const Real = window.Worker;
    window.Worker = class extends Real {
      constructor(address, options) { super('missing.js', options); window.Worker = Real; }
    };
  });
  await page.getByTestId('famous-bully-partition').click();
  await page.locator('.search-result[data-state="stopped"]').waitFor();
  assert.match(await verdict(), /ended by itself/);
  await ask('bully-partition');
  assert.match(await verdict(), /falls/);
});

test('a worker that is ended from outside is noticed, and one that was only slow is heard after all', async () => {
  await page.evaluate(() => {
    const [Real, every] = [window.Worker, window.setInterval];
    // Ten seconds pass in one.
    window.setInterval = (what, ms, ...more) => every(what, ms === 1000 ? 100 : ms, ...more);
    window.Worker = class extends Real {
      constructor(...all) { super(...all); window.lastWorker = this; }

      set onmessage(hear) {
        super.onmessage = hear && ((event) => (window.held ? window.held.push([hear, event]) : hear(event)));
      }
    };
    window.restore = () => Object.assign(window, { Worker: Real, setInterval: every });
  });
  const silent = page.locator('[data-testid="search-result"][data-state="silent"]');
  const deep = () => page.getByText(/states, depth ([4-9]|\d\d)/).waitFor({ timeout: 60_000 });
  // One that takes longer than all this.
  await ask('kept-vote');
  await page.getByTestId('ask').evaluate((form) => { form.open = true; });
  for (const [field, value] of [['crashes', 3], ['restarts', 3], ['number', 3], ['in-flight', 12], ['states', 50_000_000], ['memory', 1024]]) {
    await page.getByTestId(`ask-${field}`).fill(String(value));
    await page.getByTestId(`ask-${field}`).blur();
  }
  await page.getByTestId('search').click();
  await deep();
  await page.evaluate(() => { window.held = []; });
  await silent.waitFor();
  assert.match(await verdict(), /no longer answers; .*: none in runs of up to \d+ events/);
  await page.evaluate(() => {
    for (const [hear, event] of window.held) hear(event);
    window.held = undefined;
  });
  await silent.waitFor({ state: 'detached' });
  assert.match(await verdict(), /^Searching/);
  await page.evaluate(() => window.lastWorker.terminate());
  await silent.waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByTestId('cancel').click();
  assert.match(await verdict(), /^Cancelled\. .* none in runs of up to \d+ events/);
  await ask('bully-partition');
  assert.match(await verdict(), /falls/);
  // A worker that is done is not missed.
  await page.waitForTimeout(3000);
  assert.match(await verdict(), /falls/);
  await page.getByTestId('hunt-ask').locator('summary').click();
  await page.getByTestId('famous-zookeeper-recipe').click();
  await page.getByTestId('ask-hunt-runs').fill('100000');
  await page.getByTestId('ask-hunt-runs').blur();
  await page.getByTestId('hunt').click();
  await page.getByText(/[1-9]\d* of 100000 runs …/).waitFor();
  await page.evaluate(() => window.lastWorker.terminate());
  await page.locator('[data-testid="hunt-result"][data-state="silent"]').waitFor();
  assert.match(await page.getByTestId('hunt-verdict').innerText(), /no longer answers; .* fell in none of [1-9]\d* runs?\./);
  await page.evaluate(() => window.restore());
});
