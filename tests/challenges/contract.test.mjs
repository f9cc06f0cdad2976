// What every folder of challenges/ promises, without a browser and so within seconds: the
// solution agrees with the visible cases, the warm-ups are solutions, the starter and each broken
// variant are caught whatever is drawn, and what is drawn varies. The verdicts themselves are
// compared in the real page, by tests/browser/challenges.test.mjs.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed * 7919);
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(root + path, 'utf8');
const DRAW = read('src/sandbox/hidden.js');

/** What a source defines under a name, in a world of its own. */
const load = (source, name) => runInContext(`"use strict";\n${source}\n;${name}`, createContext({ console: { log() {} } }));
const plain = (value) => JSON.parse(JSON.stringify(value));

for (const slug of readdirSync(`${root}challenges`)) {
  describe(`the challenge ${slug}`, () => {
    const file = (name) => read(`challenges/${slug}/${name}`);
    const settings = file('challenge.toml');
    const name = /^function = "(.*)"$/m.exec(settings)[1];
    const count = +/^hidden = (\d+)$/m.exec(settings)[1];
    const visible = JSON.parse(file('cases.json'));
    const drawHidden = load(`${file('solution.js')}\n${file('hidden.js')}\nconst answer = ${name};\n${DRAW}`, 'drawHiddenCase');
    const draw = (seed) => Array.from({ length: count }, (_, index) => drawHidden(seed, index));

    /** The first case that a source fails, if there is one. */
    const caught = (source, cases) => {
      let entry;
      try {
        entry = load(source, name);
      } catch {
        return cases[0];
      }
      return cases.find((one) => {
        try {
          assert.deepStrictEqual(plain({ value: entry(...plain(one.arguments)) }), plain({ value: one.expected }));
          return false;
        } catch {
          return true;
        }
      });
    };

    test('the solution gives what the visible cases expect', () => {
      assert.equal(caught(file('solution.js'), visible)?.name, undefined);
    });

    test('what is drawn is plain, the same for a seed, and varies', () => {
      for (const seed of SEEDS) {
        const cases = draw(seed);
        assert.deepStrictEqual(plain(cases), plain(draw(seed)));
        for (const one of cases) {
          assert.equal(typeof one.name, 'string');
          assert.notEqual(one.expected, undefined, `${one.name} gives undefined`);
        }
        const answers = new Set(cases.map((one) => JSON.stringify(one.expected)));
        assert.ok(answers.size > 1, `one answer fits all that seed ${seed} draws`);
      }
      assert.notDeepStrictEqual(plain(draw(SEEDS[1])), plain(draw(SEEDS[2])));
    });

    test('a hidden case tries what no visible one does', () => {
      const known = new Set(visible.map((one) => JSON.stringify(one.arguments)));
      assert.ok(draw(SEEDS[1]).some((one) => !known.has(JSON.stringify(one.arguments))));
    });

    test('the starter fails a visible case', () => assert.ok(caught(file('starter.js'), visible)));

    for (const variant of readdirSync(`${root}challenges/${slug}/broken`)) {
      test(`caught whatever is drawn: ${variant}`, () => {
        for (const seed of SEEDS) {
          assert.ok(caught(file(`broken/${variant}`), [...visible, ...draw(seed)]), `not with the cases of seed ${seed}`);
        }
      });
    }

    for (const warmUp of ['ordered.js', 'gaps.js'].filter((each) => existsSync(`${root}challenges/${slug}/${each}`))) {
      test(`${warmUp} is a solution`, () => {
        const source = file(warmUp).replace(/[⟦⟧]/g, '');
        for (const seed of SEEDS.slice(0, 10)) {
          assert.equal(caught(source, [...visible, ...draw(seed)])?.name, undefined);
        }
      });
    }
  });
}
