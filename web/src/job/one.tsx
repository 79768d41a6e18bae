// One job: its state as it changes, logs as they are written, results, use over time, and what can be done with it.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { get, post, remove, type Problem, type Schemas } from "../api/client";
import { useEvents } from "../state/events";
import { useLoad } from "../state/load";
import { go, link } from "../state/route";
import { may } from "../state/session";
import { Chart } from "../ui/chart";
import { Confirm } from "../ui/dialog";
import { Bar, Button, Head, ProblemBox, Progress, State, Time } from "../ui/kit";
import { Tabs } from "../ui/tabs";
import { bytes, duration, spoken } from "../ui/words";
import { amount } from "../run/inputs";
import { nameOf, took, type Job } from "./list";
import { Log } from "./log";
import { Results } from "./result";

const ended = (job: Job) => !["pending", "running"].includes(job.status);
interface Sample { at: number; memory: number; cpu: number; wall: number }

export function OneJob({ id }: { id: number }) {
  const read = useLoad((signal) => get("/api/jobs/{id}", { path: { id }, signal }), [id]);
  const job = read.value.value;
  const failed = useSignal<Problem | null>(null);
  const samples = useSignal<Sample[]>([]);
  useEvents({
    job: (it) => {
      if (it.id === id) read.value.value = it;
      // Whatever happens to others may move it in the queue.
      else if (job?.status === "pending") void read.again();
    },
    jobs: () => void read.again(),
    hello: () => void read.again(),
  });
  useEffect(() => {
    if (job?.status !== "running") return;
    const { peak_memory_bytes: memory, cpu_ms: cpu, wall_ms: wall } = job.usage;
    // Measured every few seconds; what is told in between has the same numbers.
    if (wall > (samples.peek().at(-1)?.wall ?? 0)) samples.value = [...samples.peek(), { at: Date.now() / 1000, memory, cpu, wall }].slice(-1800);
  }, [job]);
  if (!job) return <div class="page"><ProblemBox problem={read.problem.value} retry={read.again} /></div>;
  const acted = (it: Problem | null) => { failed.value = it; };
  return (
    <div class="page job">
      <Head title={<>{nameOf(job)} <span class="quiet">#{job.id}</span></>} about={job.image}>
        {may("runner") && !ended(job) && <Button act={async () => { await post("/api/jobs/{id}/cancel", { path: { id } }); await read.again(); }} failed={acted} disabled={job.cancel_requested}>{job.cancel_requested ? "Being cancelled" : "Cancel"}</Button>}
        {may("runner") && job.tool && <a class="button" href={link("tools", `${job.image}::${job.tool}`, { from: String(job.id) })}>Run again…</a>}
        {may("runner") && job.command && <a class="button" href={link("command", "", { from: String(job.id) })}>Run again…</a>}
        {may("runner") && ended(job) && <Confirm label="Remove" title={`Remove job ${job.id}?`} act={async () => { await remove("/api/jobs/{id}", { path: { id } }); go(link("jobs")); }}>Its record, logs and results are gone then.</Confirm>}
      </Head>
      <ProblemBox problem={failed.value ?? read.problem.value} />
      <Summary job={job} />
      {job.progress && !ended(job) && <Progress words={job.progress.text || "under way"} percent={Math.round(job.progress.fraction * 100)} />}
      <Tabs label="Job" tabs={[
        { name: "log", label: "Log", body: () => <Log id={id} ended={() => void read.again()} /> },
        { name: "results", label: "Results", body: () => <Results key={job.status} job={job} /> },
        { name: "inputs", label: "Inputs", body: () => <Inputs job={job} /> },
        { name: "usage", label: "Usage", body: () => <Usage job={job} samples={samples.value} /> },
      ]} />
    </div>
  );
}

function Summary({ job }: { job: Job }) {
  return (
    <>
      <dl class="facts">
        <div><dt>State</dt><dd><State of={job.status} />{job.queue_position !== null && job.queue_position !== undefined && job.status === "pending" && <span class="quiet"> {job.queue_position} before it</span>}</dd></div>
        <div><dt>Submitted</dt><dd><Time at={job.created_at} /></dd></div>
        {job.started_at && <div><dt>Took</dt><dd>{took(job)}</dd></div>}
        {job.end?.exit_code !== null && job.end?.exit_code !== undefined && <div><dt>Exit code</dt><dd>{job.end.exit_code}</dd></div>}
        {job.attempt > 1 && <div><dt>Attempt</dt><dd>{job.attempt}</dd></div>}
      </dl>
      {job.end?.message && job.status !== "finished" && <p class="notice">{job.end.message}</p>}
    </>
  );
}

function Inputs({ job }: { job: Job }) {
  const pairs = [...Object.entries(job.parameters), ...Object.entries(job.data)];
  return (
    <div class="pad">
      {pairs.length === 0 && <p class="quiet">It has no inputs.</p>}
      <dl class="pairs">{pairs.map(([name, value]) => <><dt>{name}</dt><dd><code>{typeof value === "string" ? value : JSON.stringify(value)}</code></dd></>)}</dl>
      {(job.env ?? []).length > 0 && <p>Variables: <code>{job.env?.join(", ")}</code></p>}
      {(job.mounts ?? []).length > 0 && <p>Folders: <code>{job.mounts?.join(", ")}</code></p>}
    </div>
  );
}

/** Processors in use between two samples. */
const busy = (samples: Sample[]) => samples.map((one, at) => {
  const before = samples[at - 1];
  return before && one.wall > before.wall ? Math.max(0, (one.cpu - before.cpu) / (one.wall - before.wall)) : null;
});

function Charts({ samples }: { samples: Sample[] }) {
  const [times, memory, processors] = useMemo(() => [samples.map((one) => one.at), samples.map((one) => one.memory), busy(samples)], [samples]);
  return (
    <>
      <Chart title="Largest memory" times={times} lines={[{ name: "memory", values: memory }]} words={bytes} />
      <Chart title="Processors" times={times} lines={[{ name: "processors", values: processors }]} words={(value) => value.toFixed(2)} />
    </>
  );
}

const USED: [keyof Schemas["JobUsage"], string, string][] = [
  ["wall_ms", "wall_ms", "time"], ["cpu_ms", "cpu_ms", "processor time"], ["peak_memory_bytes", "memory_bytes", "memory"],
  ["output_bytes", "output_bytes", "output"], ["out_bytes", "out_bytes", "results"],
];

function Usage({ job, samples }: { job: Job; samples: Sample[] }) {
  const words = (name: string, value: number) => (name.endsWith("_ms") ? duration(value) : bytes(value));
  return (
    <div class="pad usage">
      {USED.map(([used, limit, label]) => {
        const [value, most] = [job.usage[used], job.limits[limit]];
        return <Bar label={label} part={most ? value / most : 0} words={`${words(used, value)}${most ? ` of ${words(limit, most)}` : ""}`} />;
      })}
      <p class="quiet">Read {bytes(job.usage.read_bytes)}, written {bytes(job.usage.write_bytes)}.</p>
      {samples.length > 0 && <><div class="charts"><Charts samples={samples} /></div><p class="quiet">Drawn from when you opened this page.</p></>}
      <h2>Limits</h2>
      <dl class="pairs">{Object.entries(job.limits).map(([name, value]) => <><dt>{spoken(name)}</dt><dd>{amount(name, value)}</dd></>)}</dl>
    </div>
  );
}
