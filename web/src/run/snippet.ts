// The snippet that is written: its parts, a draft for each language, the link that carries it.
//
// Owns the shape and what the browser keeps of it. Running it is in `running.ts`.

import { signal } from "@preact/signals";
import { ownKey, read, write } from "../state/kept";
import { example } from "./examples";

export interface Snippet {
  runtime: string;
  code: string;
  stdin: string;
  args: string;
  packages: string;
  outputs: string;
  backend: "auto" | "wasm" | "container";
  network: boolean;
  limits: Record<string, number>;
  options: Record<string, string>;
}

const FIRST: Snippet = {
  runtime: "python", code: "", stdin: "", args: "", packages: "", outputs: "", backend: "auto", network: false, limits: {}, options: {},
};
/** Snippets that are remembered. */
const KEPT = 50;

export const snippet = signal<Snippet>(FIRST);
/** Files of the user that lie in /work when the program starts. They are not kept. */
export const files = signal<File[]>([]);

export interface Remembered { at: number; snippet: Snippet; end: string }
export const remembered = signal<Remembered[]>([]);

/** Takes what the browser kept for whoever is logged in. */
export function restore(): void {
  const last = read<Partial<Snippet>>(ownKey("snippet"), {});
  const runtime = last.runtime ?? FIRST.runtime;
  snippet.value = { ...FIRST, ...last, code: last.code ?? example(runtime) };
  remembered.value = read<Remembered[]>(ownKey("snippets"), []);
}

export function change(part: Partial<Snippet>): void {
  snippet.value = { ...snippet.peek(), ...part };
  write(ownKey("snippet"), snippet.peek());
}

const draftKey = (runtime: string) => ownKey(`draft.${runtime}`);

/** Another language: what was written in the one before is kept, and what was written in this one is back. A language that is chosen
 * among those in containers runs in one. */
export function choose(runtime: string, backend: Snippet["backend"]): void {
  const before = snippet.peek();
  write(draftKey(before.runtime), before.code);
  change({ runtime, code: read<string>(draftKey(runtime), example(runtime)), options: {}, backend });
}

export function remember(it: Snippet, end: string): void {
  const others = remembered.peek().filter((one) => one.snippet.code !== it.code || one.snippet.runtime !== it.runtime);
  remembered.value = [{ at: Date.now(), snippet: it, end }, ...others].slice(0, KEPT);
  write(ownKey("snippets"), remembered.peek());
}

export function forget(): void {
  remembered.value = [];
  write(ownKey("snippets"), []);
}

async function through(bytes: BlobPart, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const answer = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await answer.arrayBuffer());
}

/** A snippet as the text of a link. It stays in the fragment, which browsers do not send. */
export async function pack(it: Snippet): Promise<string> {
  const changed = Object.entries(it).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(FIRST[name as keyof Snippet]));
  const bytes = await through(JSON.stringify(Object.fromEntries([...changed, ["runtime", it.runtime]])), new CompressionStream("deflate-raw"));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export async function unpack(text: string): Promise<Snippet> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  const opened = await through(bytes, new DecompressionStream("deflate-raw"));
  const given = JSON.parse(new TextDecoder().decode(opened)) as Record<string, unknown>;
  // A link is a stranger's: only parts of the right kind are taken, and nothing runs before somebody says so.
  const fits = (name: string) => name in FIRST && typeof given[name] === typeof FIRST[name as keyof Snippet];
  return { ...FIRST, ...Object.fromEntries(Object.entries(given).filter(([name]) => fits(name))), network: false };
}
