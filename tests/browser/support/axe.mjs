// axe-core in the page, and failures that can be read.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Waits until nothing is in the middle of a change of colour or place. */
const settled = (page) => page.evaluate(async () => {
  // No change of this page takes a second; one whose element is taken away never ends.
  const second = new Promise((resolve) => setTimeout(resolve, 1000));
  await Promise.race([second, Promise.allSettled(document.getAnimations().map((animation) => animation.finished))]);
});

/** What is below the fold keeps its old colours until it comes into sight, and axe looks there too. */
const layOutAll = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { content-visibility: visible !important; }');
  document.adoptedStyleSheets = [sheet];
};

async function look(page, rules) {
  await settled(page);
  const found = await page.evaluate((rules) => window.axe.run(document, {
    resultTypes: ['violations'],
    ...(rules && { runOnly: { type: 'rule', values: rules } }),
  }), rules);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, any }) => {
    const why = any.map(({ message }) => message).join('; ');
    return `${id} at ${target.join(' ')} ${html.slice(0, 100)} ${why}`;
  }));
}

/**
 * What axe has against the page as it is now: a line for each element.
 * Where only colours differ from a page that was checked before, `colours` leaves out the rest.
 */
export async function violations(page, { colours = false } = {}) {
  // Evaluated by the debugger, which the page's policy does not bind.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(SOURCE);
  await page.evaluate(layOutAll);
  const rules = colours ? ['color-contrast', 'link-in-text-block'] : null;
  const found = await look(page, rules);
  // A page that plays may begin to change its colours while axe looks; what is wrong stays wrong.
  return found.length > 0 ? look(page, rules) : found;
}
