// The browser remembers things for a user: settings, drafts, snippets that were run.
//
// Owns the keys of local storage and their bounds. Secrets are never kept.

import { effect, signal, type Signal } from "@preact/signals";
import { me } from "./session";

/** A signal whose value is kept in this browser; `null` is what is there before. */
export function kept<T>(name: string, first: T): Signal<T> {
  const key = `runcell.${name}`;
  const value = signal<T>(read(key, first));
  effect(() => write(key, value.value));
  return value;
}

export function read<T>(key: string, first: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? first : (JSON.parse(text) as T);
  } catch {
    return first;
  }
}

export function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full, or not allowed: then nothing is remembered.
  }
}

/** A key of the user's own: two users of one browser do not read each other's snippets. */
export const ownKey = (name: string) => `runcell.${me.peek()?.tenant ?? ""}/${me.peek()?.name ?? ""}.${name}`;

export type Theme = "system" | "light" | "dark";
export const theme = kept<Theme>("theme", "system");
effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});
