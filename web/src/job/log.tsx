// The log of a job: live, searched by the server, saved as it is filtered.

import { useEffect, useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { address, problem, type Problem } from "../api/client";
import { listen } from "../api/stream";
import { Download } from "../ui/download";
import { ProblemBox } from "../ui/kit";
import { Lines, LinesView } from "../ui/lines";

/** Lines of an old log that are read first. */
const TAIL = 5000;

export function Log({ id, ended }: { id: number; ended: () => void }) {
  const stream = useSignal<"stdout" | "stderr">("stdout");
  const typed = useSignal("");
  const grep = useSignal("");
  const follow = useSignal(true);
  const [lost, over, failed] = [useSignal(false), useSignal(false), useSignal<Problem | null>(null)];
  const lines = useMemo(() => new Lines(), [id, stream.value, grep.value]);
  useEffect(() => {
    const later = setTimeout(() => { grep.value = typed.value; }, 300);
    return () => clearTimeout(later);
  }, [typed.value]);
  useEffect(() => {
    const stop = new AbortController();
    const query = { stream: stream.value, follow: true, grep: grep.value, ...(grep.value === "" && { tail: TAIL }) };
    [lost.value, over.value, failed.value] = [false, false, null];
    const hear = (event: { name: string; data: unknown }) => {
      if (event.name === "log") lines.push((event.data as { text: string }).text);
      if (event.name !== "end") return false;
      over.value = true;
      ended();
      return true;
    };
    listen(address("/api/jobs/{id}/logs", { id }, query), hear, (now) => { lost.value = now; }, stop.signal)
      .catch((error) => { failed.value = problem(error); });
    return () => stop.abort();
  }, [id, stream.value, grep.value]);
  const whole = address("/api/jobs/{id}/logs", { id }, { stream: stream.value, grep: grep.value });
  const name = `job-${id}-${stream.value}${grep.value ? "-filtered" : ""}.log`;
  const count = lines.version.value >= 0 ? lines.count : 0;
  return (
    <div class="log">
      <div class="filters">
        <label>Stream <select value={stream.value} onChange={(event) => { stream.value = event.currentTarget.value as "stdout"; }}>
          <option>stdout</option><option>stderr</option>
        </select></label>
        <label>Search <input type="search" value={typed.value} placeholder="lines that hold this" onInput={(event) => { typed.value = event.currentTarget.value; }} /></label>
        <label class="check"><input type="checkbox" checked={follow.value} onChange={(event) => { follow.value = event.currentTarget.checked; }} /> Follow</label>
        <span class="space" />
        <Download url={whole} name={name} label={grep.value ? "Download these lines" : "Download"} failed={(it) => { failed.value = it; }} />
      </div>
      <ProblemBox problem={failed.value} />
      <p class="quiet" role="status">{lost.value ? "The connection is lost: trying again." : over.value ? (count === 0 ? (grep.value ? "No line holds this." : "Nothing was written.") : "The job has ended.") : count === 0 ? "Waiting for its first line." : "Live."}</p>
      <LinesView key={`${stream.value} ${grep.value}`} lines={lines} label={`Log, ${stream.value}`} follow={follow.value} />
    </div>
  );
}
