// Two ways to use the page. Both do the same things, so that one journey can be taken with either.
//
// press(control)        a button, a link, a summary, a node of the diagram
// select(list, value)   an entry of a drop-down list
// enter(panel)          puts the cursor into the code editor of a panel
// run(panel)            runs the code

/** Far more than the controls of any page; whoever needs more presses is going round in circles. */
const MOST_TABS = 400;

const usable = (control) => control.and(control.page().locator(':not([aria-disabled=true])'));

/** The code editor of a panel, once the real one is there. */
async function editorOf(panel) {
  const editor = panel.getByTestId('editor');
  await editor.locator('.cm-content').waitFor();
  return editor;
}

/** A mouse, and keys only for text. */
export function pointer() {
  return {
    press: (control) => usable(control).click(),
    select: (list, value) => list.selectOption(value),
    enter: async (panel) => (await editorOf(panel)).locator('.cm-content').click(),
    run: (panel) => usable(panel.getByTestId('run')).click(),
  };
}

/**
 * A keyboard and nothing else. Whatever cannot be reached by Tab fails the test.
 * `lost` collects the controls that left the focus nowhere when they were pressed.
 */
export function keyboard(page) {
  const { keyboard: keys } = page;
  const lost = [];

  /** Where an element lies from the focus: 'here', 'before' or 'after'. */
  const whereIs = (locator) => locator.evaluate((element) => {
    const focus = document.activeElement ?? document.body;
    if (element.contains(focus)) return 'here';
    const { DOCUMENT_POSITION_PRECEDING: before } = Node;
    return focus.compareDocumentPosition(element) & before ? 'before' : 'after';
  });

  /** Tabs until the focus is in the element, the shorter way round. */
  async function reach(locator) {
    const key = await whereIs(locator) === 'before' ? 'Shift+Tab' : 'Tab';
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      if (await whereIs(locator) === 'here') return;
      await keys.press(key);
    }
    const name = await locator.evaluate((element) => element.outerHTML.slice(0, 120));
    throw new Error(`${MOST_TABS} times ${key}, and the focus never came to ${name}`);
  }

  async function press(control) {
    await usable(control).waitFor();
    await reach(control);
    const name = await control.evaluate((element) => element.dataset.testid ?? element.textContent);
    await keys.press('Enter');
    const somewhere = page.waitForFunction(() => document.activeElement !== document.body, null, { timeout: 1000 });
    const found = await somewhere.then(() => true, () => false);
    if (!found && !lost.includes(name)) lost.push(name);
  }

  async function select(list, value) {
    await reach(list);
    const { wanted, chosen, count } = await list.evaluate((element, name) => ({
      wanted: [...element.options].findIndex((entry) => entry.value === name),
      chosen: element.selectedIndex,
      count: element.options.length,
    }), value);
    const key = wanted < chosen ? 'ArrowUp' : 'ArrowDown';
    for (let presses = 0; await list.inputValue() !== value; presses += 1) {
      if (presses > count) throw new Error(`${presses} times ${key}, and ${value} is not chosen`);
      await keys.press(key);
    }
  }

  const enter = async (panel) => reach(await editorOf(panel));
  const run = async (panel) => {
    await enter(panel);
    await keys.press('Control+Enter');
  };

  return { press, select, enter, run, reach, lost };
}
