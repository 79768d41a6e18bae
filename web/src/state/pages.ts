// A list that the server gives in pages: what is read, and reading on.
//
// Owns the cursor. Changed filters begin again; the first page is read anew without losing the place, and single things that changed
// take theirs.

import { useEffect, useRef } from "preact/hooks";
import { useSignal, type Signal } from "@preact/signals";
import { problem, type Problem } from "../api/client";

export interface PageOf<T> { items: T[]; next: string | null; total?: number }

export interface Pages<T> {
  items: Signal<T[]>;
  total: Signal<number | null>;
  problem: Signal<Problem | null>;
  /** Whether the first page is there. */
  done: Signal<boolean>;
  /** Reads on; `null` where there is no more. */
  more: (() => Promise<void>) | null;
  again: () => Promise<void>;
  /** Takes something that changed, where the list has the largest keys first; whether the list is to have it, the caller says. */
  put: (item: T, fits: boolean) => void;
}

type Read<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>;

/** A thing that changed, in its place in a list with the largest keys first; beyond what is read (`open`), it has none. */
export function placed<T>(items: T[], item: T, keyOf: (item: T) => string | number, fits: boolean, open: boolean): T[] {
  const at = items.findIndex((one) => keyOf(one) <= keyOf(item));
  const before = at < 0 ? items : items.slice(0, at);
  const known = at >= 0 && keyOf(items[at] as T) === keyOf(item);
  if (at < 0 && (!fits || open)) return items;
  return [...before, ...(fits ? [item] : []), ...(at < 0 ? [] : items.slice(known ? at + 1 : at))];
}

export function usePages<T>(read: Read<T>, keyOf: (item: T) => string | number, about: unknown[]): Pages<T> {
  const [items, total, failed, done] = [useSignal<T[]>([]), useSignal<number | null>(null), useSignal<Problem | null>(null), useSignal(false)];
  const next = useSignal<string | null>(null);
  const stop = useRef(new AbortController());
  const reading = useRef(false);
  const take = async (cursor: string | undefined, place: (page: PageOf<T>) => void) => {
    if (reading.current) return;
    reading.current = true;
    const signal = stop.current.signal;
    try {
      const page = await read(cursor, signal);
      if (signal.aborted) return;
      place(page);
      total.value = page.total ?? null;
      failed.value = null;
      done.value = true;
    } catch (error) {
      if (!signal.aborted) failed.value = problem(error);
    } finally {
      if (!signal.aborted) reading.current = false;
    }
  };
  const first = () => take(undefined, (page) => {
    const known = new Set(page.items.map(keyOf));
    const later = items.peek().filter((item) => !known.has(keyOf(item)));
    // Beyond the first page the list stays as it was read; a list of one page is exactly what the server says.
    const whole = page.next === null;
    items.value = whole ? page.items : [...page.items, ...later];
    if (whole || next.peek() === null) next.value = page.next;
  });
  const more = () => take(next.peek() ?? undefined, (page) => {
    const known = new Set(items.peek().map(keyOf));
    items.value = [...items.peek(), ...page.items.filter((item) => !known.has(keyOf(item)))];
    next.value = page.next;
  });
  useEffect(() => {
    stop.current = new AbortController();
    reading.current = false;
    [items.value, next.value, done.value] = [[], null, false];
    void first();
    return () => stop.current.abort();
  }, about);
  const put = (item: T, fits: boolean) => {
    if (!done.peek()) return;
    const before = items.peek().length;
    items.value = placed(items.peek(), item, keyOf, fits, next.peek() !== null);
    if (total.peek() !== null) total.value = (total.peek() ?? 0) + items.peek().length - before;
  };
  return { items, total, problem: failed, done, more: next.value === null || failed.value ? null : more, again: first, put };
}
