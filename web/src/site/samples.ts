// How the machine was during the last hour: what the server has kept, and each sample that it takes from then on.

import { useSignal, type Signal } from "@preact/signals";
import { get, type Problem, type Schemas } from "../api/client";
import { useEvents } from "../state/events";
import { useLoad } from "../state/load";

export type System = Schemas["SystemJson"];
export type Sample = Schemas["SampleJson"];

/** Samples of an hour. */
const KEPT = 720;

export interface Watched {
  system: Signal<System | undefined>;
  samples: Signal<Sample[]>;
  problem: Problem | null;
  again: () => void;
}

export function useMachine(): Watched {
  const system = useLoad((signal) => get("/api/system", { signal }));
  const samples = useSignal<Sample[]>([]);
  const past = useLoad(async (signal) => {
    const history = await get("/api/system/history", { signal });
    samples.value = history.samples;
    return history;
  });
  const again = () => { void system.again(); void past.again(); };
  useEvents({
    sample: (sample) => {
      const before = samples.peek().filter((one) => one.at < sample.at);
      samples.value = [...before, sample].slice(-KEPT);
      // Engine, disks and workers are not in a sample.
      void system.again();
    },
    hello: again,
  });
  return { system: system.value, samples, problem: system.problem.value ?? past.problem.value, again };
}
