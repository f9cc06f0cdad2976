// The editor in the page's own colours: custom properties reach into a shadow root, so light and
// dark need no second theme.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const FAULT = 'color-mix(in srgb, var(--fault) 12%, transparent)';

export const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--panel)', fontSize: 'inherit' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '1px' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '14rem', maxHeight: '70vh', overflow: 'auto',
  },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'transparent', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--leader) 6%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--leader) 26%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'color-mix(in srgb, var(--accepted) 22%, transparent)', outline: '1px solid var(--accepted)',
  },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: FAULT, outline: '1px solid var(--fault)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none', backgroundColor: FAULT,
    textDecoration: 'underline wavy var(--fault)', textUnderlineOffset: '3px', paddingBottom: '0',
  },
  '.cm-lint-marker-error': { content: 'none' },
  '.cm-lint-marker-error::before': { content: '"▲"', color: 'var(--fault)', fontSize: '0.8em' },
  '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--paper)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--paper)', backgroundColor: 'var(--leader)' },
  '.cm-completionDetail': { fontStyle: 'normal', marginLeft: '0' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--fault)' },
});

export const colours = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--leader)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--accepted)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--candidate)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.definition(tags.function(tags.variableName)), tags.definition(tags.className)], fontWeight: '600' },
  { tag: tags.invalid, color: 'var(--fault)' },
]));
