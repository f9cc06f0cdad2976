// Works away from the page, which stays free. The page says what to do; each answer is how far
// the work is, and the last one what came of it. To cancel, the page ends this worker.
// An empty word is a sign of life, and null says that no other comes.
const version = new URL(import.meta.url).search;
const file = (name) => new URL(`./${name}${version}`, import.meta.url).href;

const loading = import(file('background.js')).then(async (background) => {
  await background.default({ module_or_path: file('background_bg.wasm') });
  return background;
});

const waiting = setInterval(() => postMessage(''), 1000);

// Bytes are handed over and not copied.
const say = (word) => postMessage(word, word.buffer ? [word.buffer] : []);

onmessage = async ({ data }) => {
  try {
    const { Job } = await loading;
    clearInterval(waiting);
    const job = new Job(data);
    do say(job.go_on()); while (job.is_running());
  } catch (error) {
    // What an order lacks comes as a sentence; anything else is a failure of ours or of memory.
    const refused = typeof error === 'string';
    const broke = error instanceof WebAssembly.RuntimeError;
    const why = broke ? `it broke off, perhaps for want of memory (${error})` : String(error);
    postMessage(JSON.stringify(refused ? { Refused: error } : { Died: why }));
  }
  postMessage(null);
  close();
};
