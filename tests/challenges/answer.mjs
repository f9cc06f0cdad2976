// Calls a learner's function as the sandbox would, without a browser: one job a line on standard
// input, the answers in a line of JSON on standard output. What throws or is no plain data is
// null, and everything else stands in a list of its own.

import { createInterface } from 'node:readline';
import { createContext, runInContext } from 'node:vm';

/** A value that survives JSON as it is, in a list. */
const plain = (value) => {
  const text = JSON.stringify(value);
  return text === undefined ? null : [JSON.parse(text)];
};

for await (const line of createInterface({ input: process.stdin })) {
  const { source, function: name, calls } = JSON.parse(line);
  const call = runInContext(`"use strict";\n${source}\n;${name}`, createContext({ console: { log() {} } }));
  const answers = calls.map((values) => {
    try {
      return plain(call(...values));
    } catch {
      return null;
    }
  });
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
