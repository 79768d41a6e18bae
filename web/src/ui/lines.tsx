// Text that grows: the last lines of an output, of which only those that are looked at are elements.
//
// Owns the bound on lines, following the end, and the window. Lines have one height; long ones scroll sideways.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { after, paint, PLAIN, type Look } from "./ansi";

/** Lines that are kept; of more, the first are forgotten. */
const KEPT = 20_000;
/** Characters of a line that are shown. */
const WIDEST = 5_000;
const HEIGHT = 20;
const AROUND = 10;

interface Line { text: string; look: Look }

/** The lines of an output as they come. Views are told once a frame, however many lines come. */
export class Lines {
  readonly version = signal(0);
  lines: Line[] = [];
  forgotten = 0;
  private open = "";
  private look: Look = PLAIN;
  private waiting = false;

  push(text: string): void {
    const parts = (this.open + text).split("\n");
    this.open = parts.pop() ?? "";
    // A line without an end must not grow without one.
    while (this.open.length > 4 * WIDEST) {
      parts.push(this.open.slice(0, WIDEST));
      this.open = this.open.slice(WIDEST);
    }
    for (const part of parts) {
      this.lines.push({ text: part, look: this.look });
      this.look = after(part, this.look);
    }
    if (this.lines.length > KEPT + KEPT / 4) {
      this.forgotten += this.lines.length - KEPT;
      this.lines = this.lines.slice(-KEPT);
    }
    this.tell();
  }

  clear(): void {
    this.lines = [];
    [this.forgotten, this.open, this.look] = [0, "", PLAIN];
    this.tell();
  }

  /** Lines that can be shown: the one that has begun is one of them. */
  get count(): number { return this.lines.length + (this.open === "" ? 0 : 1); }
  at(index: number): Line { return this.lines[index] ?? { text: this.open, look: this.look }; }
  get text(): string { return [...this.lines.map((line) => line.text), this.open].join("\n"); }

  private tell(): void {
    if (this.waiting) return;
    this.waiting = true;
    const now = () => { this.waiting = false; this.version.value++; };
    if (document.hidden) setTimeout(now, 250);
    else requestAnimationFrame(now);
  }
}

function Row({ line, at }: { line: Line; at: number }) {
  const cut = line.text.length > WIDEST;
  const [pieces] = paint(cut ? `${line.text.slice(0, WIDEST)} … (the line is longer)` : line.text, line.look);
  return (
    <div class="line" style={{ transform: `translateY(${at * HEIGHT}px)` }}>
      {pieces.map((piece) => (piece.look ? <span class={piece.look}>{piece.text}</span> : piece.text))}
    </div>
  );
}

export function LinesView({ lines, label, follow = true }: { lines: Lines; label: string; follow?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(400);
  const atEnd = useSignal(true);
  const version = lines.version.value;
  const count = lines.count;
  useEffect(() => {
    const sized = new ResizeObserver(() => { height.value = box.current?.clientHeight ?? 400; });
    if (box.current) sized.observe(box.current);
    return () => sized.disconnect();
  }, []);
  useLayoutEffect(() => {
    const it = box.current;
    if (it && follow && atEnd.peek()) it.scrollTop = it.scrollHeight;
  }, [version]);
  const scroll = () => {
    const it = box.current;
    if (!it) return;
    top.value = it.scrollTop;
    atEnd.value = it.scrollTop + it.clientHeight >= it.scrollHeight - HEIGHT;
  };
  const first = Math.max(0, Math.floor(top.value / HEIGHT) - AROUND);
  const last = Math.min(count, Math.ceil((top.value + height.value) / HEIGHT) + AROUND);
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return (
    <div class="lines-frame">
      {lines.forgotten > 0 && <p class="quiet note">The first {lines.forgotten.toLocaleString("en")} lines are not shown.</p>}
      <div class="lines" ref={box} tabIndex={0} role="region" aria-label={label} onScroll={scroll}>
        <div style={{ height: `${count * HEIGHT}px` }}>{shown.map((at) => <Row key={at + lines.forgotten} line={lines.at(at)} at={at} />)}</div>
      </div>
      {follow && !atEnd.value && (
        <button type="button" class="button to-end" onClick={() => { if (box.current) box.current.scrollTop = box.current.scrollHeight; }}>
          To the end
        </button>
      )}
    </div>
  );
}
