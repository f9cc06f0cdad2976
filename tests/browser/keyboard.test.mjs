// From the first page to nine of nine without a mouse: Tab, Enter, arrows, Ctrl+Enter.

import assert from 'node:assert/strict';

import { keyboard } from './support/hands.mjs';
import { journey } from './support/journey.mjs';

journey('the whole lesson by keyboard', (page) => keyboard(page), {
  title: 'no control left the focus nowhere',
  body: ({ lost }) => assert.deepEqual(lost, []),
});
