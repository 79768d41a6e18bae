// The editor: a plain text box at once, and CodeMirror in its place when that is loaded.
//
// Owns the loading and the exchange. CodeMirror lies in a shadow tree, where its styles need no exception from the page's policy.

import { useEffect, useRef } from "preact/hooks";
import { effect, useSignal } from "@preact/signals";
import { change, snippet } from "./snippet";
import type { Editing } from "./codemirror";


export function Editor({ run }: { run: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const editing = useRef<Editing | null>(null);
  const ready = useSignal(false);
  useEffect(() => {
    let here = true;
    let stop = () => {};
    const begin = async () => {
      const { edit } = await import("./codemirror");
      if (!here || !place.current) return;
      const typing = document.activeElement?.id === "code";
      const it = edit(place.current, snippet.peek().code, { change: (code) => change({ code }), run });
      editing.current = it;
      // At once and not with the next drawing: what is shown must never be older than what was typed.
      const stops = [effect(() => it.show(snippet.value.code)), effect(() => it.speak(snippet.value.runtime))];
      stop = () => stops.forEach((one) => one());
      ready.value = true;
      if (typing) editing.current.focus();
    };
    // Without the editor the text box stays: it does the same with less.
    begin().catch(() => {});
    return () => { here = false; stop(); editing.current?.close(); editing.current = null; };
  }, []);
  const key = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
  };
  return (
    <div class="editor">
      {!ready.value && (
        <textarea id="code" aria-label="Code" spellcheck={false} autocapitalize="off" value={snippet.value.code}
          onInput={(event) => change({ code: event.currentTarget.value })} onKeyDown={key} />
      )}
      <div class="codemirror" ref={place} hidden={!ready.value} />
    </div>
  );
}
