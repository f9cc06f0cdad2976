// How fast the engine is in a real Chromium beside how fast it is natively, in turns, so that
// other work on the machine disturbs both alike. Called by `cargo xtask bench` with the native
// program and the folder of the module that wasm-bindgen wrote. Searches are those of the built
// page: the very program that its workers run.

import { execFileSync } from 'node:child_process';

import { DIST, launch } from '../browser/support/browser.mjs';
import { serve } from '../browser/support/server.mjs';

const [native, folder] = process.argv.slice(2);
const TURNS = 8;
/** What is done in a round, how much of it, and in how many rounds a turn. */
const WORKS = {
  events: { count: 30_000, rounds: 100 },
  elections: { count: 10_000, rounds: 8 },
  failovers: { count: 10_000, rounds: 8 },
  states: { count: 10_000, rounds: 30 },
  'many-states': { count: 150_000, rounds: 3 },
  'lost-votes': { count: 1, rounds: 50 },
};

const server = await serve(folder);
const built = await serve(DIST);
const browser = await launch();
/** An empty page of a server. */
async function empty(on) {
  on.override('bench.html', '<!doctype html><title>Bench</title>');
  const page = await browser.newPage();
  await page.goto(`${on.base}bench.html`);
  return page;
}
const [page, searcher] = [await empty(server), await empty(built)];
await page.evaluate(async () => {
  const speed = await import('./speed.js');
  await speed.default();
  const { work: events, elections, failovers, lost_votes } = speed;
  window.works = { events, elections, failovers, 'lost-votes': lost_votes };
});
await searcher.evaluate(async () => {
  const background = await import('./background.js');
  await background.default({ module_or_path: 'background_bg.wasm' });
  // The question of `states` in engine/examples/speed.rs.
  const search = (states) => {
    const raft = { settled: false, writes: false };
    const faults = { crashes: 1, restarts: 1 };
    const question = { protocol: { raft }, nodes: 3, claim: 'one-leader-per-number', faults, bounds: { states } };
    const job = new background.Job(JSON.stringify({ Search: question }));
    let said;
    do said = job.go_on(); while (job.is_running());
    job.free();
    return JSON.parse(said).Said.Over[0].events;
  };
  window.works = { states: search, 'many-states': search };
});

/** Seconds of the fastest of some rounds, and what the work returned. */
const wasm = (name) => (name.endsWith('states') ? searcher : page).evaluate(([name, { count, rounds }]) => {
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
  const words = [name.replace('many-', ''), String(count), String(rounds)];
  return execFileSync(native, words, { encoding: 'utf8' }).split(' ').map(Number);
};

const seconds = Object.fromEntries(Object.keys(WORKS).map((name) => [name, [Infinity, Infinity]]));
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
await built.close();

const millions = seconds.events.map((value) => WORKS.events.count / value / 1e6);
const millis = (name) => seconds[name].map((value) => value * 1000);
const line = (name, value, limit) => console.log(`${name.padEnd(44)} ${value.toFixed(2).padStart(12)}   ${limit}`);
line('five Raft nodes natively', millions[0], '>= 8 million events/s');
line('five Raft nodes in Chromium', millions[1], '- million events/s');
line('WebAssembly, share of native', millions[1] / millions[0], '>= 0.65');
const [elections, electionsHere] = millis('elections');
line('10 000 elections of five Raft nodes natively', elections, '- ms');
line('10 000 elections in Chromium', electionsHere, '<= 50 ms');
const [failovers, failoversHere] = millis('failovers');
line('10 000 failovers of Figure 16 natively', failovers, '- ms');
line('10 000 failovers in Chromium', failoversHere, '- ms');
for (const name of ['states', 'many-states']) {
  const { count } = WORKS[name];
  const [searched, searchedHere] = seconds[name];
  line(`search of ${count} states natively`, count / searched / 1e6, '- million states/s');
  line('in the page, share of native', searched / searchedHere, '>= 0.5');
}
const [lost, lostHere] = millis('lost-votes');
line('the shortest run of a lost vote natively', lost, '<= 5 ms');
line('the same in Chromium', lostHere, '<= 20 ms');
