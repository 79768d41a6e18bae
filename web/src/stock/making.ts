// Long work that the server tells about as it goes: preparing a runtime, making an image.
//
// Owns that it is heard to its end: the same request joins the work that goes on, so that a connection that broke is made again.

import { signal } from "@preact/signals";
import { Refused, send, type Problem } from "../api/client";
import { follow, type StreamEvent } from "../api/stream";

export interface Step { subject: string; step: string; percent?: number }

/** Things that are being made, by names of the view's. They stay when the view is left, as the work does. */
export const making = signal<Record<string, Step>>({});

export async function make<T>(name: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (body !== undefined) headers["content-type"] = "application/json";
  const set = (step: Step | null) => {
    const { [name]: _, ...others } = making.peek();
    making.value = step ? { ...others, [name]: step } : others;
  };
  set({ subject: name, step: "beginning" });
  try {
    const ask = (signal?: AbortSignal) => send(path, { method: "POST", headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
    // A request that is refused at once is not made again.
    let first: Response | null = await ask();
    const open = (_: string | null, signal: AbortSignal) => {
      const response = first;
      first = null;
      return response ? Promise.resolve(response) : ask(signal);
    };
    let [done, refused]: [T | null, Problem | null] = [null, null];
    const hear = (event: StreamEvent) => {
      if (event.name === "progress") set(event.data as Step);
      else if (event.name === "done") done = event.data as T;
      else if (event.name === "problem") refused = event.data as Problem;
      return done !== null || refused !== null;
    };
    const lost = (now: boolean) => { if (now) set({ subject: name, step: "The connection is lost: trying again" }); };
    await follow({ open, hear, lost }, new AbortController().signal);
    if (refused) throw new Refused(refused);
    return done as T;
  } finally {
    set(null);
  }
}
