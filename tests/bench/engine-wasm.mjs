// How fast the engine is in a real Chromium beside how fast it is natively, in turns, so that
// other work on the machine disturbs both alike. Called by `cargo xtask bench` with the native
// program and the folder of the module that wasm-bindgen wrote.

import { execFileSync } from 'node:child_process';

import { launch } from '../browser/support/browser.mjs';
import { serve } from '../browser/support/server.mjs';

const [native, folder] = process.argv.slice(2);
const EVENTS = 30_000;
const ROUNDS = 100;
const TURNS = 8;

const server = await serve(folder);
server.override('page.html', '<!doctype html><title>Bench</title>');
const browser = await launch();
const page = await browser.newPage();
await page.goto(`${server.base}page.html`);
await page.evaluate(async () => {
  const { default: init, work } = await import('./speed.js');
  await init();
  window.work = work;
});

/** Seconds of the fastest of some rounds, and where the simulated time ended. */
const wasm = () => page.evaluate(([events, rounds]) => {
  let fastest = Infinity;
  let end;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    end = window.work(events);
    fastest = Math.min(fastest, (performance.now() - start) / 1000);
  }
  return [fastest, end];
}, [EVENTS, ROUNDS]);

const seconds = [Infinity, Infinity];
for (let turn = 0; turn < TURNS; turn += 1) {
  const [there, endThere] = execFileSync(native, [String(EVENTS), String(ROUNDS)], { encoding: 'utf8' }).split(' ').map(Number);
  const [here, endHere] = await wasm();
  if (endThere !== endHere) throw new Error(`The runs differ: ${endThere} and ${endHere}.`);
  seconds[0] = Math.min(seconds[0], there);
  seconds[1] = Math.min(seconds[1], here);
}
await browser.close();
await server.close();

const millions = seconds.map((value) => EVENTS / value / 1e6);
const line = (name, value, limit) => console.log(`${name.padEnd(44)} ${value.toFixed(2).padStart(12)}   ${limit}`);
line('five Raft nodes natively', millions[0], '>= 8 million events/s');
line('five Raft nodes in Chromium', millions[1], '- million events/s');
line('WebAssembly, share of native', millions[1] / millions[0], '>= 0.65');
