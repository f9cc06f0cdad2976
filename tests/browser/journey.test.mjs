// From the first page to nine of nine, with the mouse.

import { pointer } from './support/hands.mjs';
import { journey } from './support/journey.mjs';

journey('the whole lesson by pointer', () => pointer());
