// Every goal of every experiment, brought about by the controls around the diagram.

/** The controls of one experiment's stage. */
function bench({ hand, page }, id) {
  const panel = page.getByTestId(`panel-${id}`);
  const press = (control) => hand.press(panel.getByTestId(control));
  const holds = (selector) => panel.locator(selector).waitFor({ state: 'attached', timeout: 30_000 });

  /** Lets the run go on until something shows. */
  async function playUntil(selector) {
    const play = panel.getByTestId('play');
    await press('play');
    await holds(selector);
    // At its end a run has stopped by itself.
    if (await play.getAttribute('aria-pressed') === 'true') await press('play');
    await play.and(page.locator('[aria-pressed=false]')).waitFor();
  }

  const seconds = async () => Number.parseFloat(await panel.getByTestId('clock').innerText());

  return {
    press,
    playUntil,
    goal: (number) => playUntil(`[data-testid=goal-${number}][data-reached=true]`),
    select: (list, value) => hand.select(panel.getByTestId(list), value),
    /** Chooses a node, and does something to it. */
    async act(node, action) {
      const chosen = panel.getByTestId(`choose-${node}`);
      if (await chosen.getAttribute('aria-pressed') === 'false') await hand.press(chosen);
      await press(`action-${action}`);
      await panel.getByTestId(`action-${action}`).and(page.locator('[aria-disabled=true]')).waitFor();
    },
    /** Goes on by single events for so many seconds of the run. */
    async stepFor(wanted) {
      const from = await seconds();
      for (let steps = 0; await seconds() < from + wanted; steps += 1) {
        if (steps > 200) throw new Error('the run does not move');
        await press('step-forward');
      }
    },
  };
}

const EXPERIMENTS = {
  async revival(stage) {
    await stage.playUntil('[data-testid=store][data-highest="1"]');
    await stage.act(4, 'pause');
    await stage.playUntil('[data-testid=store][data-highest="2"]');
    await stage.act(4, 'resume');
    await stage.goal(0);

    await stage.press('restart-run');
    await stage.select('store-check', 'off');
    await stage.playUntil('[data-testid=store][data-highest="1"]');
    await stage.act(4, 'pause');
    await stage.playUntil('[data-testid=store][data-highest="2"]');
    await stage.act(4, 'resume');
    await stage.goal(1);
  },

  async 'three-missed'(stage) {
    await stage.playUntil('[data-testid=store][data-highest="1"]');
    await stage.act(4, 'pause');
    await stage.stepFor(1.2);
    await stage.act(4, 'resume');
    await stage.goal(0);
    await stage.act(4, 'crash');
    await stage.goal(1);
  },

  async partition(stage) {
    await stage.press('partition');
    await stage.goal(0);
    await stage.press('heal');
    await stage.goal(1);
    await stage.press('restart-run');
    await stage.press('partition');
    await stage.act(4, 'crash');
    await stage.goal(2);
  },

  async 'timeout-short'(stage) {
    await stage.goal(0);
  },

  async 'timeout-long'(stage) {
    await stage.playUntil('[data-testid=store][data-highest="1"]');
    await stage.act(4, 'pause');
    await stage.stepFor(3);
    await stage.act(4, 'resume');
    await stage.goal(0);
    await stage.act(4, 'crash');
    await stage.goal(1);
  },
};

/** All of them, one after the other. */
export async function experiments(all) {
  for (const [id, experiment] of Object.entries(EXPERIMENTS)) {
    const tab = all.page.getByTestId(`experiment-${id}`);
    if (await tab.getAttribute('aria-current') !== 'true') await all.hand.press(tab);
    const stage = bench(all, id);
    await stage.select('speed', '10000');
    await experiment(stage);
    await all.page.getByTestId(`panel-${id}`).getByTestId('experiment-after').waitFor();
  }
}
