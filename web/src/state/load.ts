// Something that is read from the server for a view: its value, its problem, and reading it again.
//
// Owns the three states of it. Nothing is read after the view has gone.

import { useEffect, useRef } from "preact/hooks";
import { useSignal, type Signal } from "@preact/signals";
import { problem, type Problem } from "../api/client";

export interface Loaded<T> {
  value: Signal<T | undefined>;
  problem: Signal<Problem | null>;
  busy: Signal<boolean>;
  again: () => Promise<void>;
}

/** Reads when the view appears and when `about` changes. */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>, about: unknown[] = []): Loaded<T> {
  const value = useSignal<T | undefined>(undefined);
  const failed = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const current = useRef<AbortController | null>(null);
  const again = async () => {
    current.current?.abort();
    const stop = new AbortController();
    current.current = stop;
    busy.value = true;
    try {
      const got = await read(stop.signal);
      if (stop.signal.aborted) return;
      value.value = got;
      failed.value = null;
    } catch (error) {
      if (!stop.signal.aborted) failed.value = problem(error);
    }
    if (!stop.signal.aborted) busy.value = false;
  };
  useEffect(() => {
    value.value = undefined;
    void again();
    return () => current.current?.abort();
  }, about);
  return { value, problem: failed, busy, again };
}
