// CodeMirror as this page uses it: its extensions, keys, colours and languages.
//
// Owns everything of CodeMirror. It is loaded when the editor is first looked at, and languages when they are first written.

import { autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching, HighlightStyle, indentOnInput, StreamLanguage, syntaxHighlighting, type LanguageSupport, type StreamParser,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface Editing {
  show: (code: string) => void;
  speak: (language: string) => void;
  focus: () => void;
  close: () => void;
}

type Loading = () => Promise<Extension>;
const old = (parser: Promise<StreamParser<unknown>>): Promise<Extension> => parser.then((it) => StreamLanguage.define(it));
const full = (support: Promise<LanguageSupport>): Promise<Extension> => support;
const script = (typescript: boolean) => () => full(import("@codemirror/lang-javascript").then((it) => it.javascript({ typescript, jsx: true })));
const clike = (name: "c" | "cpp" | "csharp" | "java" | "kotlin" | "scala") => () => old(import("@codemirror/legacy-modes/mode/clike").then((it) => it[name]));

/** Languages that come with the program, and those that sites often add in containers. */
const LANGUAGES: Record<string, Loading> = {
  python: () => full(import("@codemirror/lang-python").then((it) => it.python())),
  javascript: script(false),
  typescript: script(true),
  c: clike("c"),
  cpp: clike("cpp"),
  csharp: clike("csharp"),
  java: clike("java"),
  kotlin: clike("kotlin"),
  scala: clike("scala"),
  php: () => old(import("./php").then((it) => it.php)),
  ruby: () => old(import("@codemirror/legacy-modes/mode/ruby").then((it) => it.ruby)),
  bash: () => old(import("@codemirror/legacy-modes/mode/shell").then((it) => it.shell)),
  go: () => old(import("@codemirror/legacy-modes/mode/go").then((it) => it.go)),
  rust: () => old(import("@codemirror/legacy-modes/mode/rust").then((it) => it.rust)),
  r: () => old(import("@codemirror/legacy-modes/mode/r").then((it) => it.r)),
  lua: () => old(import("@codemirror/legacy-modes/mode/lua").then((it) => it.lua)),
  perl: () => old(import("@codemirror/legacy-modes/mode/perl").then((it) => it.perl)),
  julia: () => old(import("@codemirror/legacy-modes/mode/julia").then((it) => it.julia)),
};
/** Runtimes whose language has another name. */
const SPOKEN: Record<string, string> = {
  quickjs: "javascript", node: "javascript", deno: "typescript", bun: "typescript", ts: "typescript", clang: "c", clangpp: "cpp", gcc: "c", gpp: "cpp",
  sh: "bash", shell: "bash", golang: "go", mono: "csharp", dotnet: "csharp",
};

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.meta], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName], color: "var(--code-function)" },
  { tag: [tags.typeName, tags.className, tags.namespace], color: "var(--code-type)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "transparent", fontSize: "13.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--accent)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--quiet)", border: "none", paddingLeft: "6px" },
  ".cm-activeLine": { backgroundColor: "var(--line-now)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selected) !important" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)" },
  ".cm-panels input, .cm-panels button": { font: "inherit", color: "inherit", background: "var(--page)", border: "1px solid var(--edge)", borderRadius: "4px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", border: "1px solid var(--edge)", color: "var(--text)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-matchingBracket": { backgroundColor: "var(--selected)" },
});

/** How long after Escape the Tab key leads out of the editor, in milliseconds. Any other key ends that. */
const LEAVING = 5000;

/** Begins to edit in an element. */
export function edit(place: HTMLElement, code: string, on: { change: (text: string) => void; run: () => void }): Editing {
  const language = new Compartment();
  const root = place.shadowRoot ?? place.attachShadow({ mode: "open", delegatesFocus: true });
  const run = { key: "Mod-Enter", run: (view: EditorView) => { closeCompletion(view); on.run(); return true; } };
  // Also where it closes a list of completions, even one that is not drawn yet: CodeMirror alone would let Tab indent then.
  const leave = { key: "Escape", run: (view: EditorView) => { view.setTabFocusMode(LEAVING); return false; } };
  const changed = EditorView.updateListener.of((update) => { if (update.docChanged) on.change(update.state.doc.toString()); });
  const state = EditorState.create({
    doc: code,
    extensions: [
      Prec.highest(keymap.of([run, leave])),
      lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), autocompletion(),
      highlightActiveLine(), highlightSelectionMatches(), search({ top: true }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, indentWithTab]),
      syntaxHighlighting(colours), look, changed, language.of([]),
      EditorView.contentAttributes.of({ "aria-label": "Code. Escape, then Tab, leaves the editor.", tabindex: "0", autocapitalize: "off" }),
    ],
  });
  const view = new EditorView({ state, parent: root, root });
  let asked = "";
  const speak = async (name: string) => {
    const wanted = SPOKEN[name] ?? name;
    if (wanted === asked) return;
    asked = wanted;
    const extension = (await LANGUAGES[wanted]?.()) ?? [];
    if (asked === wanted) view.dispatch({ effects: language.reconfigure(extension) });
  };
  const show = (text: string) => {
    if (view.state.doc.toString() !== text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  };
  return { show, speak: (name) => void speak(name.split("@")[0] ?? ""), focus: () => view.focus(), close: () => view.destroy() };
}
