// What the tests have to know of the course, read from its files: which steps there are, and
// which answers are right.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const course = fileURLToPath(new URL('../../../course/', import.meta.url));

/** The text of each step, by slug, in their order. */
const texts = new Map(readdirSync(`${course}steps`).sort().map((file) => [
  file.replace(/^\d+-|\.md$/g, ''),
  readFileSync(`${course}steps/${file}`, 'utf8'),
]));

/** The slugs of the steps, in their order. */
export const steps = [...texts.keys()];

/** Questions by id, in their order: how many options each has, and which one is right. */
function questions(file) {
  const parts = readFileSync(course + file, 'utf8').split(/^\[\[question\]\]$/m).slice(1);
  return new Map(parts.map((text) => {
    const options = text.split(/^\[\[question\.option\]\]$/m).slice(1);
    const right = options.findIndex((option) => /^right = true$/m.test(option));
    return [/^id = "(.*)"$/m.exec(text)[1], { options: options.length, right }];
  }));
}

/** The questions of the quiz. */
export const quiz = questions('quiz.toml');

/** The questions asked inside a step. */
export const checks = questions('checks.toml');

/** The ids of the questions that a step asks. */
export function checksOf(slug) {
  return [...texts.get(slug).matchAll(/^\{\{check (.*)\}\}$/gm)].map(([, id]) => id);
}

const [, aSource] = /^id = "(.*)"$/m.exec(readFileSync(`${course}sources.toml`, 'utf8'));

/** Every place of the lab: its address, and the heading that shows that one has arrived. */
export const places = [
  { name: 'home', route: '#/', heading: 'Who leads?' },
  ...[...texts].map(([slug, text]) => {
    const [, heading] = /^title = "(.*)"$/m.exec(text);
    return { name: slug, route: `#/step/${slug}`, heading };
  }),
  { name: 'sources', route: '#/sources', heading: 'Sources' },
  { name: 'a source', route: `#/sources/${aSource}`, heading: 'Sources' },
  { name: 'challenges', route: '#/challenges', heading: 'Challenges' },
  { name: 'a challenge', route: '#/challenges/raft-vote', heading: 'Challenges' },
  { name: 'experiments', route: '#/experiments', heading: 'How long, and how often?' },
  { name: 'an experiment', route: '#/experiments/messages', heading: 'How long, and how often?' },
  { name: 'not found', route: '#/no/such/place', heading: 'There is nothing here' },
];

/** Moves within the page to one of the places, as a link would. */
export async function visit(page, name) {
  const { route, heading } = places.find((place) => place.name === name);
  await page.evaluate((hash) => { location.hash = hash; }, route);
  await page.locator('main h1').and(page.getByText(heading, { exact: true })).waitFor();
  // What runs comes a moment later.
  await page.waitForFunction(() => !document.querySelector('.waiting:only-child'));
}
