// The workbench in the built page in a real Chromium: frames, seeking, tasks and memory. Prints
// figures beside their limits; asserts nothing, because machines differ.

import { open } from '../browser/support/browser.mjs';
import * as workbench from '../browser/support/workbench.mjs';
import { between, gaps, longest, row, share, spent, tasks, traced } from './figures.mjs';

const SECONDS = 6;
const SEEKS = 400;
const MEBIBYTE = 2 ** 20;

const lab = await open({ viewport: { width: 1280, height: 900 } });
const { page } = lab;
const id = (name) => page.getByTestId(name);
// Pages of WebAssembly memory are counted where it is made: it never shrinks.
await page.addInitScript(() => {
  window.memories = [];
  for (const way of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[way];
    WebAssembly[way] = async (...all) => {
      const made = await original.apply(WebAssembly, all);
      window.memories.push((made.instance ?? made).exports.memory);
      return made;
    };
  }
});
await page.goto(`${lab.base}#/lab`);
await page.reload();
await id('bench').waitFor();
await id('stop-at-violation').uncheck();
const debuggee = await page.context().newCDPSession(page);

/** Opens a set-up, with a tool beside it that shows little. */
async function load(scenario) {
  await workbench.load(page, scenario);
  await workbench.tool(page, 'inspect');
}

async function play(speed) {
  await id('speed').selectOption(String(speed));
  await id('play').click();
  await page.waitForTimeout(1500);
}

/** Frames and tasks of some seconds of a set-up that plays. */
async function playing(name, scenario, fps, from = 0) {
  await load(scenario);
  if (from > 0) await id('scrubber').fill(String(from));
  await play(1000);
  const { result, events } = await traced(page, () => gaps(page, SECONDS));
  const moving = await page.locator('.messages').first().getAttribute('data-count');
  if (await id('play').getAttribute('aria-pressed') !== 'true') throw new Error(`${name} has stopped.`);
  await id('play').click();
  const all = tasks(events);
  console.log(`${name} (${moving} messages moving at the end, ${result.length} frames)`);
  row('frames a second, median', (1000 / share(result, 0.5)).toFixed(1), `>= ${fps}`);
  row('frames a second, all', (result.length * 1000 / result.reduce((a, b) => a + b, 0)).toFixed(1), `>= ${fps}`);
  const own = all.reduce((sum, task) => sum + task.own, 0) / result.length;
  row('own time of the main thread a frame', `${own.toFixed(1)} ms`, `<= ${(1000 / fps).toFixed(1)} ms`);
  longest(all);
}

/** One of the nodes after the other crashes, and starts again half way to the next crash. */
const failures = (nodes, every, until) => Array.from({ length: Math.floor(until / every) - 1 }, (_, i) => {
  const node = nodes[i % nodes.length];
  return [{ at_ms: (i + 1) * every, do: { crash: node } }, { at_ms: (i + 1.5) * every, do: { restart: node } }];
}).flat();

await playing('Nine nodes, a storm of Bully elections', {
  protocol: { bully: { heartbeat_ms: 200, expect_ms: 250, answer_ms: 120, coordinator_ms: 300 } },
  cluster: { nodes: 9 },
  script: failures([8, 7], 1400, 60_000),
}, 60);
await playing('Nine nodes of Raft, slow links', {
  protocol: { raft: { heartbeat_ms: 50, election_min_ms: 5000, election_max_ms: 9000 } },
  cluster: { nodes: 9, network: { latency: { fixed: 1000 } } },
  until_ms: 600_000,
}, 60, 30_000);
await playing('A hundred and one nodes of Raft', {
  protocol: { raft: {} },
  cluster: { nodes: 101 },
  until_ms: 600_000,
}, 30);
await seeking();
await anHour();
await lab.close();

/** Ten minutes of five nodes whose leader fails again and again; then anywhere in them. */
async function seeking() {
  const minutes = 10 * 60_000;
  await load({ protocol: { raft: {} }, script: failures([0, 1, 2, 3, 4], 10_000, minutes), until_ms: minutes });
  await id('scrubber').fill(String(minutes));
  const { result: costs, events } = await traced(page, () => page.evaluate(async (count) => {
    const scrubber = document.querySelector('[data-testid=scrubber]');
    const clock = document.querySelector('[data-testid=clock]');
    const found = [];
    for (let i = 0; i < count; i += 1) {
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      const to = Math.floor(((i * 0.618034) % 1) * Number(scrubber.max) / 100) * 100;
      performance.mark('seek');
      const before = performance.now();
      scrubber.value = String(to);
      scrubber.dispatchEvent(new InputEvent('input', { bubbles: true }));
      // Drawing may be put off to another task.
      while (Math.round(Number.parseFloat(clock.textContent) * 1000) !== to) {
        await new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
      }
      document.body.getBoundingClientRect(); // styles and layout, too
      found.push(performance.now() - before);
      performance.mark('seen');
    }
    return found;
  }, SEEKS));
  const [own, whole] = [spent(events, 'seek', 'seen'), between(events, 'seek')];
  console.log(`Seeking ${SEEKS} times in ten minutes of five nodes`);
  row('seek and draw, median by the clock', `${share(costs, 0.5).toFixed(2)} ms`, '–');
  row('seek and draw, 99 of 100 below, by the clock', `${share(costs, 0.99).toFixed(2)} ms`, '<= 8 ms');
  row('its own time, median', `${share(own, 0.5).toFixed(2)} ms`, '–');
  row('its own time, 99 of 100 below', `${share(own, 0.99).toFixed(2)} ms`, '<= 8 ms');
  row('with the painting after it, median', `${share(whole, 0.5).toFixed(2)} ms`, '–');
  row('with it, 99 of 100 below', `${share(whole, 0.99).toFixed(2)} ms`, '<= 8 ms');
}

async function memory() {
  await debuggee.send('HeapProfiler.collectGarbage');
  const { usedSize } = await debuggee.send('Runtime.getHeapUsage');
  const wasm = await page.evaluate(() => window.memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
  return { script: usedSize / MEBIBYTE, wasm: wasm / MEBIBYTE };
}

/** An hour of five nodes at a hundred times real time. */
async function anHour() {
  const hour = 3_600_000;
  await load({ protocol: { raft: {} }, until_ms: hour });
  const before = await memory();
  const begun = Date.now();
  await play(100_000);
  const at = async (ms) => {
    await page.waitForFunction((to) => Number.parseFloat(document.querySelector('[data-testid=clock]').textContent) * 1000 >= to, ms, { timeout: 600_000, polling: 500 });
    return memory();
  };
  const half = await at(hour / 2);
  const { result, events } = await traced(page, () => gaps(page, SECONDS));
  const end = await at(hour);
  const grown = ({ script, wasm }) => `${(script + wasm).toFixed(0)} MiB`;
  console.log(`An hour of five nodes at 100×, played in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  row('memory at its start', grown(before), '–');
  row('memory after half of it', grown(half), '–');
  row('memory after it', `${grown(end)}, script ${end.script.toFixed(0)}`, 'flat');
  row('frames a second in the middle, median', (1000 / share(result, 0.5)).toFixed(1), '–');
  longest(tasks(events));
  row('the page says that its past is thinned', String(await id('thinned').count() === 1), 'true, where it is');
}
