// What measurements of the page share: frames, tasks of the main thread, and lines of figures.

const sorted = (list) => [...list].sort((a, b) => a - b);

/** The value below which a share of a list lies. */
export const share = (list, p) => sorted(list)[Math.floor((list.length - 1) * p)];

/** A figure beside its limit. */
export const row = (name, value, limit) => console.log(`  ${name.padEnd(46)}${value.padStart(14)}   aim ${limit}`);

/** The milliseconds between the frames of so many seconds. */
export const gaps = (page, seconds) => page.evaluate(
  (ms) =>
    new Promise((done) => {
      const found = [];
      let before = performance.now();
      const end = before + ms;
      const frame = (now) => {
        found.push(now - before);
        before = now;
        if (now < end) requestAnimationFrame(frame);
        else done(found.slice(1));
      };
      requestAnimationFrame(frame);
    }),
  seconds * 1000,
);

/** Does something; what the browser traced meanwhile, of the page's main thread alone. */
export async function traced(page, body) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ['blink.user_timing', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  const result = await body();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const main = traceEvents.find(({ name }) => name === 'FireAnimationFrame');
  return { result, events: traceEvents.filter(({ pid, tid }) => pid === main?.pid && tid === main?.tid) };
}

/**
 * Each task of the main thread: milliseconds by the clock, and of the processor's own time, which
 * other work on the machine does not lengthen.
 */
export const tasks = (events) => events
  .filter(({ name, ph }) => name === 'RunTask' && ph === 'X')
  .map(({ dur, tdur }) => ({ clock: dur / 1000, own: (tdur ?? dur) / 1000 }));

/** The milliseconds of own time from each mark of one name to the next of another, in one thread. */
export function spent(events, from, to) {
  const marks = (name) => events.filter((event) => event.name === name).map(({ tts }) => tts).sort((a, b) => a - b);
  const ends = marks(to);
  return marks(from).map((begun, i) => (ends[i] - begun) / 1000);
}

/** The milliseconds of own time that tasks took from each mark of a name to the next. */
export function between(events, name) {
  const marks = events.filter((event) => event.name === name).map(({ ts }) => ts).sort((a, b) => a - b);
  const sums = marks.map(() => 0);
  for (const { name: what, ph, ts, dur, tdur } of events) {
    if (what !== 'RunTask' || ph !== 'X') continue;
    // A mark lies within the task that makes it.
    const index = marks.findLastIndex((mark) => mark <= ts + dur);
    if (index >= 0) sums[index] += (tdur ?? dur) / 1000;
  }
  return sums.slice(0, -1);
}

/** The longest task, beside its limit. */
export function longest(list, limit = '<= 50 ms') {
  const most = (of) => Math.max(...list.map(of)).toFixed(1);
  row('longest task, own time (by the clock)', `${most(({ own }) => own)} (${most(({ clock }) => clock)}) ms`, limit);
}
