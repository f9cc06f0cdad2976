// What is kept on the device: damaged, newer, refused, full, shared between tabs. Whatever is
// found there, the lesson can be taken.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { open } from './support/browser.mjs';
import { checks, visit } from './support/course.mjs';
import { put } from './support/editor.mjs';

const KEY = 'election-lab';
const SET_ASIDE = 'election-lab.set-aside';

const notice = (page) => page.getByTestId('storage-notice');
const stored = (page, key) => page.evaluate((name) => localStorage.getItem(name), key);
const counted = (page, count) => page.getByTestId('progress').and(page.getByText(`${count}/9`)).waitFor();

let lab;
before(async () => {
  lab = await open({ route: '#/step/why' });
});
after(() => lab?.close());

/** Opens the first step on a device on which this was kept. */
async function withKept(kept, body) {
  const { page } = lab;
  await page.evaluate((entries) => {
    localStorage.clear();
    for (const [key, value] of Object.entries(entries)) localStorage.setItem(key, value);
  }, kept);
  await page.goto(`${lab.base}?${Math.random()}#/step/why`);
  await page.getByTestId('quiz-silence').waitFor();
  await body(page);
  assert.deepEqual(lab.errors, []);
}

/** Opens the first step in another tab, in which something happens before the lab starts. */
async function withPrepared(prepare, body) {
  const page = await lab.context.newPage();
  try {
    await page.addInitScript(prepare);
    await page.goto(`${lab.base}#/step/why`);
    await page.getByTestId('quiz-silence').waitFor();
    await body(page);
    assert.deepEqual(lab.errors, []);
  } finally {
    await page.close();
  }
}

/** Answers the question of the step `why` or `terms`. */
async function answer(page, id) {
  await page.getByTestId(`quiz-${id}`).getByTestId(`option-${checks.get(id).right}`).click();
  await page.locator(`[data-testid=quiz-${id}][data-state=right]`).waitFor();
}

/** The page can be used, and keeps what is done from now on. */
async function goesOn(page) {
  await counted(page, 0);
  await answer(page, 'silence');
  await counted(page, 1);
  await page.reload();
  await counted(page, 1);
}

describe('what was kept and cannot be used', () => {
  const damaged = {
    'half a file': '{"version":1,"progress":{"done":["why"',
    'no JSON at all': 'hello <img src=x onerror=alert(1)>',
    'an empty entry': '',
    'another shape': '{"version":1,"progress":{"done":7}}',
    'a list': '[1,2,3]',
    'no version': '{"progress":{"done":["why"]}}',
    'a nesting without end': '['.repeat(100_000),
  };
  for (const [name, text] of Object.entries(damaged)) {
    test(`${name}: set aside, said so, and a clean start`, () => withKept({ [KEY]: text }, async (page) => {
      assert.match(await notice(page).innerText(), /could not be read.*set aside.*start afresh/s);
      assert.equal(await stored(page, SET_ASIDE), text);
      await goesOn(page);
      assert.equal(await notice(page).count(), 0, 'it is said once');
      assert.equal(await stored(page, SET_ASIDE), text, 'it is still there');
    }));
  }

  test('a newer version: set aside, said so, and a clean start', () => {
    const text = '{"version":2,"progress":{"steps":{"why":true}}}';
    return withKept({ [KEY]: text }, async (page) => {
      assert.match(await notice(page).innerText(), /newer version.*set aside/s);
      assert.equal(await stored(page, SET_ASIDE), text);
      await goesOn(page);
    });
  });
});

describe('what was kept and can be used', () => {
  test('fields that are missing or unknown do no harm', () => {
    const text = '{"version":1,"extra":1,"progress":{"done":["why","no-such-step"],"goals":["gone/9"],"unknown":[]}}';
    return withKept({ [KEY]: text }, async (page) => {
      await counted(page, 1);
      assert.equal(await notice(page).count(), 0);
      assert.equal(await page.getByTestId('step-why').getAttribute('data-state'), 'done');
    });
  });

  test('an answer that no longer exists does no harm', () => {
    const text = '{"version":1,"progress":{"answers":{"silence":{"choice":99,"right":false,"tries":3},"gone":{"choice":0,"right":true,"tries":1}}}}';
    return withKept({ [KEY]: text }, async (page) => {
      await page.getByTestId('retry').click();
      await answer(page, 'silence');
      await counted(page, 1);
    });
  });
});

describe('a device that keeps nothing', () => {
  const ways = {
    'the storage may not even be named': () => {
      Object.defineProperty(window, 'localStorage', {
        get() { throw new DOMException('The operation is insecure.', 'SecurityError'); },
      });
    },
    'there is no storage': () => Object.defineProperty(window, 'localStorage', { value: null }),
    'the storage is full': () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      };
    },
    'the storage cannot be read': () => {
      const fail = () => { throw new DOMException('Broken.', 'UnknownError'); };
      Object.assign(Storage.prototype, { getItem: fail, setItem: fail, removeItem: fail });
    },
  };
  for (const [name, prepare] of Object.entries(ways)) {
    test(`${name}: it works, and says that nothing will be kept`, () => withPrepared(prepare, async (page) => {
      assert.match(await notice(page).innerText(), /does not keep your progress/);
      await answer(page, 'silence');
      await counted(page, 1);
      await visit(page, 'terms');
      await counted(page, 1);
      await page.getByTestId('theme').selectOption('night');
      await page.locator('html[data-theme=night]').waitFor();
    }));
  }

  test('the storage fills up later: it works, and says so then', () => withKept({}, async (page) => {
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      };
    });
    assert.equal(await notice(page).count(), 0);
    await answer(page, 'silence');
    await counted(page, 1);
    assert.match(await notice(page).innerText(), /does not keep your progress/);
  }));
});

test('two tabs: neither undoes what was done in the other', () => withKept({}, async (page) => {
  const other = await lab.newPage(`${lab.base}#/step/code-example`);
  const editor = other.locator('.code-runner');
  await editor.locator('.cm-content').waitFor();
  await answer(page, 'silence');
  await put(editor, '// a draft in the other tab');
  await other.waitForFunction((key) => localStorage.getItem(key)?.includes('a draft in the other tab'), KEY);
  await page.getByTestId('theme').selectOption('night');
  await page.waitForFunction((key) => localStorage.getItem(key)?.includes('night'), KEY);
  await page.reload();
  await counted(page, 1);
  await page.locator('html[data-theme=night]').waitFor();
  const { progress } = JSON.parse(await stored(page, KEY));
  assert.ok(progress.done.includes('why'), 'the step is lost');
  assert.deepEqual(Object.values(progress.drafts), ['// a draft in the other tab']);
  await other.close();
}));

test('two tabs: a draft that both know is not set back by the one that leaves it alone', () => {
  const drafts = { cluster: '// begun' };
  const kept = JSON.stringify({ version: 1, progress: { drafts } });
  return withKept({ [KEY]: kept }, async (page) => {
    const slug = 'validate-operation';
    const other = await lab.newPage(`${lab.base}#/challenges/${slug}`);
    await other.locator('.cm-content').waitFor();
    await put(other, '// first');
    await other.waitForFunction((key) => localStorage.getItem(key)?.includes('// first'), KEY);
    await page.reload();
    await page.getByTestId('quiz-silence').waitFor();
    await put(other, '// second');
    await other.waitForFunction((key) => localStorage.getItem(key)?.includes('// second'), KEY);
    await page.getByTestId('theme').selectOption('night');
    await page.waitForFunction((key) => localStorage.getItem(key)?.includes('night'), KEY);
    const { progress } = JSON.parse(await stored(page, KEY));
    assert.deepEqual(progress.drafts, { ...drafts, [slug]: '// second' });
    await other.close();
  });
});

test('looking at the start keeps nothing', () => withKept({}, async (page) => {
  await page.evaluate(() => localStorage.clear());
  await page.goto(`${lab.base}?home#/`);
  await page.getByTestId('begin').waitFor();
  assert.equal(await stored(page, KEY), null);
}));
