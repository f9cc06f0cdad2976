// The experiments on the page: a prediction first, then a run in a worker, a picture that can be
// walked through, numbers to take away, and single runs to look at.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { violations } from './support/axe.mjs';
import { open } from './support/browser.mjs';

const SLUGS = [
  'figure-16', 'split-votes', 'heartbeat-timeout', 'messages', 'failover', 'lease-ttl',
  'flapping-link', 'even-or-odd', 'adversary',
];

let lab;
let page;
const id = (name) => page.getByTestId(name);
const measured = (state) => page.locator(`[data-testid="measured"][data-state="${state}"]`);

/** Opens an experiment afresh, on a device on which nothing was predicted. */
async function visit(slug, query = '') {
  if (page.url().startsWith(lab.base)) await page.evaluate(() => localStorage.clear());
  await page.goto('about:blank');
  await page.goto(`${lab.base}#/experiments/${slug}${query}`);
  await id('run-experiment').waitFor();
}

/** Runs it with so many trials, to its end and until all of its picture is drawn. */
async function run(trials) {
  await id('trials').fill(String(trials));
  await id('trials').blur();
  await id('run-experiment').click();
  await measured('over').waitFor({ timeout: 120_000 });
  await page.locator('.plot[aria-busy="false"], [data-testid="predict-first"]').first().waitFor();
}

/** The file of the numbers. */
async function csv() {
  const download = page.waitForEvent('download');
  await id('save-csv').click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

before(async () => {
  lab = await open({ route: '#/experiments', acceptDownloads: true });
  page = lab.page;
  await id('experiments').waitFor();
});
after(() => lab?.close());

test('all nine are listed, and each has a page', async () => {
  assert.equal(await id('experiments').locator('h2').count(), SLUGS.length);
  for (const slug of SLUGS) await id(`measure-${slug}`).waitFor();
  await id(`measure-${SLUGS[0]}`).click();
  await id(`measure-page-${SLUGS[0]}`).waitFor();
  await page.goto(`${lab.base}#/experiments/figure-61`);
  await page.getByText('There is no experiment called "figure-61" here.').waitFor();
});

for (const slug of SLUGS) {
  test(`${slug} runs, measures what a sweep measures, and says its result`, async () => {
    await visit(slug);
    await id('option-0').click();
    await run(12);
    // A test of `cargo xtask sweep` holds it to the same file.
    const kept = await readFile(new URL(`./measured/${slug}.csv`, import.meta.url), 'utf8');
    const cells = (text) => text.split('\r\n').map((line) => line.split(','));
    assert.deepEqual(cells((await csv()).text), cells(kept));
    const sentence = await id('result-sentence').innerText();
    assert.match(sentence, /\d/);
    assert.doesNotMatch(sentence, /[{}–]\s/);
    assert.match(await id('compared').innerText(), /^You predicted: .* Measured: .*\d/);
    assert.match(await id('plot-words').textContent(), /^Across: .+\. Up: .+\. .+: .*\d/);
    assert.deepEqual(await violations(page), []);
  });
}

test('a trial that was not over is told as such, everywhere', async () => {
  await visit('figure-16');
  await id('just-show').click();
  await run(12);
  const words = await id('plot-words').textContent();
  assert.match(words, /150–150 ms, above: 0 % by 10000 ms, 12 of 12 not over by then\./);
  assert.match(await id('beyond').innerText(), /^Published: 150–150 ms: right of the end of the axis.* 528\.1 s\.$/);
  await id('plot').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('End');
  assert.equal(await id('picked-point').innerText(), '150–150 ms, above, 12 of 12 not over by then: 0 % at 10000 ms');
  assert.match((await csv()).text, /"150–150 ms, above",time without a leader,ms,12,> 10000\.00,/);
});

test('a trial that stands for an average is headed by its own number', async () => {
  await visit('flapping-link');
  await id('just-show').click();
  await run(3);
  await id('plot').focus();
  await page.keyboard.press('ArrowRight');
  await id('replay').click();
  const heading = await id('replayed').locator('h3').innerText();
  assert.match(heading, /^Trial \d\. Leaders elected in half a minute: \d+, the median of 3 trials$/);
  assert.match(await id('replayed-for').innerText(), /average that you picked: neither: [\d.]+ at 50 ms\.$/);
});

test('series are told apart in the legend without colour', async () => {
  await visit('messages');
  await id('just-show').click();
  await run(1);
  const looks = await page.locator('.legend .sample').evaluateAll((samples) => samples.map((sample) => {
    const line = sample.querySelector('.stroke');
    return `${line && getComputedStyle(line).strokeDasharray} ${sample.querySelector('.sign').getAttribute('d')}`;
  }));
  assert.equal(looks.length, 9);
  assert.equal(new Set(looks).size, 9, looks.join('\n'));
});

describe('a prediction comes first', () => {
  test('nothing that was measured is shown before it', async () => {
    await visit('failover');
    await run(5);
    await id('predict-first').waitFor();
    assert.equal(await id('plot').count(), 0);
    assert.equal(await id('result-sentence').count(), 0);
    await id('option-2').click();
    await id('plot').waitFor();
    assert.equal(await id('compared').getAttribute('data-right'), 'true');
    assert.match(await id('compared').innerText(), /, as you said\./);
    assert.equal(await id('measure-prediction').count(), 0);
  });

  test('another option is told apart from what was measured', async () => {
    await visit('failover');
    await id('option-0').click();
    await run(5);
    assert.equal(await id('compared').getAttribute('data-right'), 'false');
    assert.equal(await id('compared').locator('.explained').count(), 2);
  });

  test('it is kept on the device, and a guess that no longer exists does no harm', async () => {
    await visit('failover');
    await id('option-2').click();
    await page.getByText(/^You predict: /).waitFor();
    await page.reload();
    await page.getByText(/^You predict: /).waitFor();
    assert.equal(await id('measure-prediction').count(), 0);
    await run(5);
    assert.equal(await id('compared').getAttribute('data-right'), 'true');
    const damage = (choice) => page.evaluate((choice) => {
      const kept = JSON.parse(localStorage.getItem('election-lab'));
      kept.progress.answers['experiment/failover'].choice = choice;
      localStorage.setItem('election-lab', JSON.stringify(kept));
    }, choice);
    await damage(99);
    await page.reload();
    await id('measure-prediction').waitFor();
    await damage('two');
    await page.reload();
    await page.getByTestId('storage-notice').waitFor();
    await id('option-2').click();
    await page.getByText(/^You predict: /).waitFor();
  });

  test('who only wants to see, sees', async () => {
    await visit('failover');
    await id('just-show').click();
    await run(5);
    await id('plot').waitFor();
    assert.equal(await id('compared').count(), 0);
  });
});

test('the keyboard walks the points, and replays one of them', async () => {
  await visit('failover');
  await id('just-show').click();
  await run(20);
  await id('plot').focus();
  await page.keyboard.press('ArrowRight');
  const first = await id('picked-point').innerText();
  await page.keyboard.press('End');
  const last = await id('picked-point').innerText();
  assert.match(first, /: [\d.]+ % at [\d.]+ ms$/);
  assert.match(last, /: 100 % at [\d.]+ ms$/);
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await id('picked-point').innerText(), last);
  await page.keyboard.press('Tab');
  await id('series-0').focus();
  await page.keyboard.press('Enter');
  assert.equal(await id('series-0').getAttribute('aria-pressed'), 'false');
});

test('a run that is replayed shows what was measured', async () => {
  await visit('failover');
  await id('just-show').click();
  await run(20);
  await id('plot').focus();
  await page.keyboard.press('End');
  const text = await id('picked-point').innerText();
  const [, value] = /at ([\d.]+) ms$/.exec(text);
  await id('replay').click();
  const replayed = id('replayed');
  await replayed.getByText(text).waitFor();
  const scrubber = replayed.getByTestId('scrubber');
  // By hand it moves in larger steps.
  await scrubber.evaluate((element) => { element.step = '1'; });
  /** The first millisecond of the run at which there is such a node. */
  const first = async (node) => {
    let [before, after] = [0, Number(await scrubber.getAttribute('max'))];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      await scrubber.fill(String(middle));
      if (await replayed.locator(`[data-testid^="node-"]${node}`).count() > 0) after = middle;
      else before = middle;
    }
    return after;
  };
  const crash = await first('[data-alive="false"]');
  const next = await first('[data-alive="true"][data-role="leader"]:not([data-testid="node-4"])');
  assert.ok(Math.abs(next - crash - Number(value)) <= 1, `${next - crash} ms is not ${value} ms`);
});

test('what is cancelled is kept, and the page stays free while it runs', async (t) => {
  await visit('failover');
  await id('just-show').click();
  await id('trials').fill('100000');
  await id('trials').blur();
  const tasks = await mainThreadTasks(async () => {
    await id('run-experiment').click();
    await id('plot').waitFor({ timeout: 30_000 });
    await page.waitForTimeout(1500);
  });
  t.diagnostic(`longest tasks of the page: ${tasks.slice(0, 3).join(', ')} ms`);
  assert.ok(tasks.length > 0 && tasks[0] < 50, `a task took ${tasks[0]} ms`);
  await id('cancel').click();
  await measured('stopped').waitFor();
  assert.match(await id('standing').innerText(), /^Cancelled\. What [\d\u202f]+ runs measured is kept\./);
  await id('plot').waitFor();
  assert.match(await id('result-sentence').innerText(), /\d/);
});

/** How long the page's own thread was busy with each task meanwhile, in milliseconds, the longest first. */
async function mainThreadTasks(during) {
  const devtools = await page.context().newCDPSession(page);
  const events = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const traceConfig = { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] };
  await devtools.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await during();
  const complete = new Promise((resolve) => { devtools.once('Tracing.tracingComplete', resolve); });
  await devtools.send('Tracing.end');
  await complete;
  const pages = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const threads = new Set(pages.map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = events.filter(({ name, pid, tid }) => name.endsWith('RunTask') && threads.has(`${pid}/${tid}`));
  // Time on the processor: other programs may keep a task waiting.
  return tasks.map(({ tdur = 0 }) => Math.round(tdur / 100) / 10).sort((one, other) => other - one);
}

test('the numbers are a table and a file', async () => {
  await visit('failover');
  await id('just-show').click();
  await run(5);
  await id('numbers').locator('summary').click();
  await id('numbers').locator('tbody tr').first().waitFor();
  const rows = await id('numbers').locator('tbody tr').count();
  const cells = await id('numbers').locator('tbody tr').first().locator('th, td').allInnerTexts();
  const file = await csv();
  assert.equal(file.name, 'failover.csv');
  const lines = file.text.trim().split('\r\n');
  assert.equal(lines.length, rows + 1);
  assert.equal(lines[1].replaceAll('"', ''), cells.join(','));
});

test('dials have an address, and what makes no sense is refused in a sentence', async () => {
  await visit('failover', '?nodes=7');
  assert.equal(await id('dial-nodes').inputValue(), '7');
  // The same wrong value is put back as often as it is typed.
  for (const [field, wrong, kept, limits] of [
    ['dial-nodes', '90', '7', '5 to 9'], ['dial-nodes', '90', '7', '5 to 9'],
    ['trials', '0', '200', '1 to 1000000'], ['trials', '0', '200', '1 to 1000000'],
  ]) {
    await id(field).fill(wrong);
    await id(field).blur();
    assert.equal(await id(field).inputValue(), kept, field);
    await page.getByRole('alert').getByText(`takes a whole number from ${limits}`).waitFor();
  }
  // The complaint goes when the field is right again, though nothing is changed by that.
  await id('trials').fill('200');
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await id('dial-nodes').fill('6');
  await id('dial-nodes').blur();
  assert.equal(await id('measure-link').getAttribute('href'), '#/experiments/failover?nodes=6');
  assert.equal(await id('sweep').textContent(), 'cargo xtask sweep failover --dial nodes=6 --trials 200 --out part.json');
});

test('trials are part of the link, and of what was turned since', async () => {
  await visit('failover', '?trials=5');
  await id('just-show').click();
  await id('run-experiment').click();
  await measured('over').waitFor();
  assert.match(await id('standing').innerText(), /^50 runs in/);
  const hint = page.getByText('You have turned the dials since.');
  assert.equal(await hint.count(), 0);
  await id('trials').fill('1e1');
  await id('trials').blur();
  await hint.waitFor();
  assert.equal(await id('measure-link').getAttribute('href'), '#/experiments/failover?trials=10');
});

test('a link that is opened in the same tab is followed, and a damaged one is told', async () => {
  await visit('failover', '?nodes=7');
  const open = (query) => page.evaluate((hash) => { location.hash = hash; }, `#/experiments/failover${query}`);
  await open('?nodes=9&trials=40');
  await page.locator('[data-testid="trials"]').and(page.locator('input')).waitFor();
  await page.waitForFunction(() => document.querySelector('[data-testid="trials"]').value === '40');
  assert.equal(await id('dial-nodes').inputValue(), '9');
  assert.equal(await id('address-problem').count(), 0);
  await open('?nodes=99');
  await id('address-problem').getByText('"nodes" is 99: expected 5 to 9').waitFor();
  assert.equal(await id('dial-nodes').inputValue(), '5');
  await open('');
  await id('address-problem').waitFor({ state: 'detached' });
  await visit('failover', '?nodes=banana');
  await id('address-problem').getByText('"nodes" is "banana", which is no whole number').waitFor();
});

test('runs that are too few for the sentence are said to be too few', async () => {
  await visit('heartbeat-timeout', '?loss=30&pause=2000');
  await id('just-show').click();
  await run(2);
  await id('no-sentence').waitFor();
  assert.equal(await id('result-sentence').count(), 0);
  await run(40);
  await id('result-sentence').waitFor();
  assert.equal(await id('no-sentence').count(), 0);
});

test('a worker that dies is said so, and the next run starts afresh', async () => {
  await visit('failover');
  await id('just-show').click();
  await page.evaluate(() => {
    const Real = window.Worker;
    window.Worker = class extends Real {
      constructor(address, options) { super('missing.js', options); window.Worker = Real; }
    };
  });
  await id('run-experiment').click();
  await measured('stopped').waitFor();
  assert.match(await id('standing').innerText(), /^The run ended by itself/);
  await run(5);
  await id('plot').waitFor();
});

test('on paper are the words, the picture and the numbers, and no controls', async () => {
  await visit('failover');
  await id('just-show').click();
  await run(5);
  await id('numbers').locator('summary').click();
  await page.emulateMedia({ media: 'print' });
  assert.ok(await id('plot').isVisible());
  assert.ok(await id('result-sentence').isVisible());
  assert.ok(await id('numbers').locator('tbody tr').first().isVisible());
  for (const control of ['run-experiment', 'trials', 'save-csv']) {
    assert.equal(await id(control).isVisible(), false, control);
  }
  // One column on wide paper too: nothing is kept free for what is not printed.
  const before = page.viewportSize();
  for (const width of [700, 1500]) {
    await page.setViewportSize({ width, height: 900 });
    const plot = await id('plot').boundingBox();
    assert.ok(plot.width > 600 && plot.x < width / 4, `${width}: ${JSON.stringify(plot)}`);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ media: 'screen' });
});
