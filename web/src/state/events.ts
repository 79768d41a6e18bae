// Events of the server, heard over one stream for the whole page: changes of jobs, and how the machine is.
//
// Owns the connection: it is there while somebody is logged in and the page is looked at, as browsers allow few connections to a
// server. After a pause or a loss it begins with `hello`, and views read what they show once more.

import { useEffect, useRef } from "preact/hooks";
import { effect, signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { listen, type StreamEvent } from "../api/stream";
import { me } from "./session";

export interface Hearing {
  /** A job has changed: how it is now. */
  job?: (job: Schemas["JobJson"]) => void;
  /** Lists of jobs are to be read again. */
  jobs?: () => void;
  sample?: (sample: Schemas["SampleJson"]) => void;
  /** The stream begins, again or for the first time: something may have been missed. */
  hello?: () => void;
}

const hearings = new Set<{ current: Hearing }>();
/** Whether the connection is lost. */
export const away = signal(false);

/** Hears what happens for as long as the view is there. */
export function useEvents(hearing: Hearing): void {
  const latest = useRef(hearing);
  latest.current = hearing;
  useEffect(() => {
    hearings.add(latest);
    return () => { hearings.delete(latest); };
  }, []);
}

function hear(event: StreamEvent): boolean {
  for (const { current } of hearings) {
    if (event.name === "job") current.job?.(event.data as Schemas["JobJson"]);
    else if (event.name === "sample") current.sample?.(event.data as Schemas["SampleJson"]);
    else if (event.name === "jobs") current.jobs?.();
    else if (event.name === "hello") current.hello?.();
  }
  return false;
}

/** How long a connection may be lost before it is said, in milliseconds: a stream that ended is taken up again at once. */
const SAID_AFTER = 2000;

export function watch(): void {
  const hidden = signal(document.hidden);
  document.addEventListener("visibilitychange", () => { hidden.value = document.hidden; });
  let stop = new AbortController();
  let later: ReturnType<typeof setTimeout> | undefined;
  const lost = (now: boolean) => {
    clearTimeout(later);
    if (now) later = setTimeout(() => { away.value = true; }, SAID_AFTER);
    else away.value = false;
  };
  effect(() => {
    stop.abort();
    lost(false);
    stop = new AbortController();
    // A stream that is refused for good is not asked for again before the next login.
    if (me.value && !hidden.value) listen("/api/events", hear, lost, stop.signal).catch(() => {});
  });
}
