// How fast the engine is in a real Chromium beside how fast it is natively, in turns, so that
// other work on the machine disturbs both alike. Called by `cargo xtask bench` with the native
// program and the folder of the module that wasm-bindgen wrote.

import { execFileSync } from 'node:child_process';

import { launch } from '../browser/support/browser.mjs';
import { serve } from '../browser/support/server.mjs';

const [native, folder] = process.argv.slice(2);
const TURNS = 8;
/** What is done in a round, how much of it, and in how many rounds a turn. */
const WORKS = {
  events: { count: 30_000, rounds: 100 },
  elections: { count: 10_000, rounds: 8 },
};

const server = await serve(folder);
server.override('page.html', '<!doctype html><title>Bench</title>');
const browser = await launch();
const page = await browser.newPage();
await page.goto(`${server.base}page.html`);
await page.evaluate(async () => {
  const { default: init, work, elections } = await import('./speed.js');
  await init();
  window.works = { events: work, elections };
});

/** Seconds of the fastest of some rounds, and what the work returned. */
const wasm = (name) => page.evaluate(([name, { count, rounds }]) => {
  let fastest = Infinity;
  let end;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    end = window.works[name](count);
    fastest = Math.min(fastest, (performance.now() - start) / 1000);
  }
  return [fastest, end];
}, [name, WORKS[name]]);

/** The same, natively. */
const there = (name) => {
  const { count, rounds } = WORKS[name];
  const words = [name, String(count), String(rounds)];
  return execFileSync(native, words, { encoding: 'utf8' }).split(' ').map(Number);
};

const seconds = { events: [Infinity, Infinity], elections: [Infinity, Infinity] };
for (let turn = 0; turn < TURNS; turn += 1) {
  for (const name of Object.keys(WORKS)) {
    const [natively, endThere] = there(name);
    const [here, endHere] = await wasm(name);
    if (endThere !== endHere) throw new Error(`The runs differ: ${endThere} and ${endHere}.`);
    seconds[name] = [Math.min(seconds[name][0], natively), Math.min(seconds[name][1], here)];
  }
}
await browser.close();
await server.close();

const millions = seconds.events.map((value) => WORKS.events.count / value / 1e6);
const millis = seconds.elections.map((value) => value * 1000);
const line = (name, value, limit) => console.log(`${name.padEnd(44)} ${value.toFixed(2).padStart(12)}   ${limit}`);
line('five Raft nodes natively', millions[0], '>= 8 million events/s');
line('five Raft nodes in Chromium', millions[1], '- million events/s');
line('WebAssembly, share of native', millions[1] / millions[0], '>= 0.65');
line('10 000 elections of five Raft nodes natively', millis[0], '- ms');
line('10 000 elections in Chromium', millis[1], '<= 50 ms');
