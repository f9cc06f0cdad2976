// <code-editor>: a CodeMirror in a shadow root. The page shows the <textarea> inside the element
// until this module has been loaded, and goes on showing it where it never is (on a phone).
//
// value           the code; setting it can be undone like any other edit
// label           what a screen reader calls the field
// maxlength       the most characters it holds, as for a text field
// fault-line, fault-message   a line to mark, and why
// words           what is offered while typing, one a line: `this.send(to, message)`, or `.token`
//                 after any dot
// name            what is edited: what was done to it can be undone after leaving and coming back
// Every edit sends an `input` event; the run key is left to the page.
import { autocompletion } from '@codemirror/autocomplete';
import { EditorState, Text } from '@codemirror/state';
import {
  EditorView, drawSelection, dropCursor, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers,
} from '@codemirror/view';
import { defaultKeymap, history, historyField, historyKeymap, isolateHistory, undoDepth } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { javascriptLanguage } from '@codemirror/lang-javascript';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { colours, look } from './look.js';

// Left to itself, Chromium replaces a selection over several lines by an element with a style
// attribute, which the page's policy forbids and reports. So the editor does it.
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { empty } = view.state.selection.main;
    if (empty || view.composing || event.inputType !== 'insertText' || event.data === null) return false;
    view.dispatch(view.state.update(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true }));
    event.preventDefault();
    return true;
  },
});

const extensions = [
  lineNumbers(),
  lintGutter(),
  history(),
  drawSelection(),
  dropCursor(),
  highlightSpecialChars(),
  highlightActiveLine(),
  indentOnInput(),
  bracketMatching(),
  indentUnit.of('  '),
  javascriptLanguage,
  colours,
  look,
  typeOverSelection,
  EditorView.lineWrapping,
  // Tab is not among these keys: it moves the focus on, as everywhere on the page. Ctrl+[ and
  // Ctrl+] indent. Mod-Enter is the page's and must not make a new line.
  keymap.of([{ key: 'Mod-Enter', run: () => true }, ...defaultKeymap, ...historyKeymap]),
];

// Of each name, the code as it was left and how it came to be so.
const left = new Map();
const WITH_HISTORY = { history: historyField };

class CodeEditor extends HTMLElement {
  static observedAttributes = ['label', 'fault-line', 'fault-message'];

  #view;

  connectedCallback() {
    if (this.#view) return;
    // The page may have set the value before this class was there.
    const early = Object.hasOwn(this, 'value') ? this.value : undefined;
    delete this.value;
    const plain = this.querySelector('textarea');
    const focused = plain !== null && plain === document.activeElement;
    const root = this.attachShadow({ mode: 'open' });
    this.#view = new EditorView({
      root, // A shadow root takes the styles as style sheets, so the page's policy needs no exception.
      parent: root,
      state: this.#begin((plain?.value ?? early ?? '').slice(0, this.#most)),
    });
    this.#mark();
    if (focused) this.focus();
  }

  disconnectedCallback() {
    left.set(this.getAttribute('name'), this.#view.state.toJSON(WITH_HISTORY));
  }

  attributeChangedCallback(name) {
    if (!this.#view) return;
    if (name === 'label') this.#view.dispatch({});
    else this.#mark();
  }

  get value() {
    return this.#view.state.doc.toString();
  }

  set value(code) {
    const { doc } = this.#view.state;
    const text = String(code ?? '').slice(0, this.#most).replace(/\r\n?/g, '\n');
    if (text === doc.toString()) return;
    // What there was to begin with was nobody's edit, so that undoing does not empty the editor.
    if (doc.length === 0 && undoDepth(this.#view.state) === 0) {
      this.#view.setState(this.#begin(text));
      this.#mark();
      return;
    }
    this.#view.dispatch({
      changes: { from: 0, to: doc.length, insert: Text.of(text.split('\n')) },
      annotations: isolateHistory.of('full'),
    });
  }

  // An editor is slow with megabytes, and they could not be run anyway.
  get #most() {
    return Number(this.getAttribute('maxlength') ?? Infinity);
  }

  focus() {
    this.#view.focus();
  }

  #begin(doc) {
    const config = { doc, extensions: [extensions, this.#ownExtensions()] };
    const before = left.get(this.getAttribute('name'));
    return before?.doc === doc ? EditorState.fromJSON(before, config, WITH_HISTORY) : EditorState.create(config);
  }

  #ownExtensions() {
    return [
      autocompletion({ override: [(context) => this.#complete(context)], icons: false }),
      EditorState.changeFilter.of(({ docChanged, changes, startState }) => (
        !docChanged || changes.newLength <= Math.max(this.#most, startState.doc.length))),
      EditorView.clipboardInputFilter.of((text, { doc, selection }) => (
        text.slice(0, Math.max(0, this.#most - doc.length + selection.main.to - selection.main.from)))),
      EditorView.contentAttributes.of(() => ({
        'aria-label': this.getAttribute('label') ?? '',
        tabindex: '0', // It has the focus anyway; this says so to tools that look for it.
        spellcheck: 'false',
        autocapitalize: 'off',
        autocorrect: 'off',
      })),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) this.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    ];
  }

  #complete(context) {
    const typed = context.matchBefore(/\w+\??\.\w*/);
    if (typed === null) return null;
    const before = typed.text.startsWith('this.') ? 'this.' : '.';
    const words = (this.getAttribute('words') ?? '').split('\n').filter((word) => word.startsWith(before));
    if (words.length === 0) return null;
    const options = words.map((word) => {
      const [label, detail] = word.slice(before.length).split(/(?=\()/);
      return { label, detail };
    });
    return { from: typed.from + typed.text.lastIndexOf('.') + 1, options, validFor: /^\w*$/ };
  }

  #mark() {
    const { state } = this.#view;
    const number = Number(this.getAttribute('fault-line'));
    const marks = [];
    if (number >= 1 && number <= state.doc.lines) {
      const line = state.doc.line(number);
      const indent = line.text.search(/\S|$/);
      marks.push({
        from: line.from + indent,
        to: line.to,
        severity: 'error',
        message: this.getAttribute('fault-message') ?? '',
      });
    }
    this.#view.dispatch(setDiagnostics(state, marks));
  }
}

customElements.define('code-editor', CodeEditor);
