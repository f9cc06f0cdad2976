// Code in the editor of a challenge or an example, and what comes of running it.

/** Replaces the code, as a paste over everything would. */
export const put = (panel, code) => panel.getByTestId('editor').evaluate((editor, text) => {
  editor.value = text;
  editor.dispatchEvent(new Event('input', { bubbles: true }));
}, code);

/** Runs what is in the editor, as soon as it can be run, and gives the verdict's name. */
export async function run(panel) {
  await panel.locator('[data-testid=run]:not([aria-disabled=true])').click();
  const verdict = panel.getByTestId('verdict');
  await panel.locator('[data-testid=verdict]:not([data-verdict=running])').waitFor({ state: 'attached' });
  return verdict.getAttribute('data-verdict');
}

/** Puts the code into the editor and runs it. */
export async function submit(panel, code) {
  await put(panel, code);
  return run(panel);
}

/** What the live region says. */
export const sentence = (panel) => panel.getByTestId('verdict').innerText();
