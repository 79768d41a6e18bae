// Long work that the server tells about as it goes: preparing a runtime, making an image.

import { signal } from "@preact/signals";
import { Refused, send, type Problem } from "../api/client";
import { readStream } from "../api/stream";

export interface Step { subject: string; step: string; percent?: number }

/** What is being made, by a name of the view's. It stays when the view is left, as the work does. */
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
    const response = await send(path, { method: "POST", headers, body: body === undefined ? undefined : JSON.stringify(body) });
    let [done, refused]: [T | null, Problem | null] = [null, null];
    await readStream(response, (event) => {
      if (event.name === "progress") set(event.data as Step);
      else if (event.name === "done") done = event.data as T;
      else if (event.name === "problem") refused = event.data as Problem;
    });
    if (refused) throw new Refused(refused);
    if (done === null) throw new Error("the connection was lost; the work goes on: load the page again in a while");
    return done;
  } finally {
    set(null);
  }
}
