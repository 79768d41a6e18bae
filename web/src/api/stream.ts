// Server-sent events over fetch: read as they come, taken up again where they broke off.
//
// Owns the form of events and when it is tried again. Which events there are, the callers know.

import { Refused, send } from "./client";

export interface StreamEvent {
  id: string | null;
  name: string;
  data: unknown;
}

/** Splits text into events. */
export class EventReader {
  private rest = "";

  push(text: string): StreamEvent[] {
    const parts = (this.rest + text).split(/\n\n/);
    this.rest = parts.pop() ?? "";
    return parts.map(read).filter((event) => event !== null);
  }
}

function read(text: string): StreamEvent | null {
  let [id, name, data]: [string | null, string, string] = [null, "message", ""];
  for (const line of text.split("\n")) {
    if (line.startsWith("id: ")) id = line.slice(4);
    else if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  return data === "" ? null : { id, name, data: JSON.parse(data) };
}

/** Reads one stream to its end. */
export async function readStream(response: Response, hear: (event: StreamEvent) => void): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const event of events.push(value)) hear(event);
  }
}

export interface Following {
  /** The request; `last` is the id of the last event that was heard. */
  open: (last: string | null, signal: AbortSignal) => Promise<Response>;
  /** Hears an event; `true` says that it was the last one. */
  hear: (event: StreamEvent) => boolean;
  /** Told when the connection is lost (`true`) and when it is back (`false`). */
  lost?: (lost: boolean) => void;
}

/** The pause before a try, in milliseconds: longer each time, up to five seconds. */
const pause = (tries: number) => Math.min(5000, 250 * 2 ** tries);
/** Whether it is worth another try: a server that restarts does not answer, or says that it is being stopped. */
const passing = (error: unknown) => !(error instanceof Refused) || [0, 408, 429, 502, 503, 504].includes(error.problem.status);

/** Listens until the last event, over as many connections as it takes. */
export async function follow(following: Following, signal: AbortSignal): Promise<void> {
  let [last, tries, ended]: [string | null, number, boolean] = [null, 0, false];
  while (!ended && !signal.aborted) {
    try {
      const response = await following.open(last, signal);
      following.lost?.(false);
      await readStream(response, (event) => {
        if (ended) return;
        tries = 0;
        last = event.id ?? last;
        ended = following.hear(event);
      });
    } catch (error) {
      if (signal.aborted) return;
      if (!passing(error)) throw error;
    }
    if (ended || signal.aborted) return;
    following.lost?.(true);
    await new Promise((wake) => setTimeout(wake, pause(tries++)));
  }
}

/** Follows what can only be heard again from its address. */
export function listen(url: string, hear: Following["hear"], lost: Following["lost"], signal: AbortSignal): Promise<void> {
  const open = (last: string | null, stop: AbortSignal) => {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (last !== null) headers["last-event-id"] = last;
    return send(url, { headers, signal: stop });
  };
  return follow({ open, hear, lost }, signal);
}
