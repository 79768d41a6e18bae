// The editor: a plain text box at once, and CodeMirror in its place when that is loaded.
//
// Owns the loading and the exchange. CodeMirror lies in a shadow tree, where its styles need no exception from the page's policy.

import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Editing } from "./codemirror";

interface EditorProps { code: string; language: string; change: (code: string) => void; run: () => void }

export function Editor({ code, language, change, run }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editing = useRef<Editing | null>(null);
  const ready = useSignal(false);
  const now = useRef({ code, language, change, run });
  now.current = { code, language, change, run };
  useEffect(() => {
    let here = true;
    const begin = async () => {
      const { edit } = await import("./codemirror");
      if (!here || !place.current) return;
      const typing = document.activeElement?.id === "code";
      editing.current = edit(place.current, now.current.code, {
        change: (text) => now.current.change(text),
        run: () => now.current.run(),
      });
      editing.current.speak(now.current.language);
      ready.value = true;
      if (typing) editing.current.focus();
    };
    // Without the editor the text box stays: it does the same with less.
    begin().catch(() => {});
    return () => { here = false; editing.current?.close(); editing.current = null; };
  }, []);
  useEffect(() => editing.current?.show(code), [code]);
  useEffect(() => editing.current?.speak(language), [language]);
  const key = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
  };
  return (
    <div class="editor">
      {!ready.value && (
        <textarea id="code" aria-label="Code" spellcheck={false} autocapitalize="off" value={code}
          onInput={(event) => change(event.currentTarget.value)} onKeyDown={key} />
      )}
      <div class="codemirror" ref={place} hidden={!ready.value} />
    </div>
  );
}
