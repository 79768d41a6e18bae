// The list of jobs: filters, and rows that stay right while one looks, as the server tells what changes.

import { useSignal } from "@preact/signals";
import { get, type Schemas } from "../api/client";
import { useEvents } from "../state/events";
import { usePages } from "../state/pages";
import { go, link, route } from "../state/route";
import { may } from "../state/session";
import { Empty, Head, ProblemBox, State, Time } from "../ui/kit";
import { VirtualList } from "../ui/list";
import { duration, plural } from "../ui/words";

export type Job = Schemas["JobJson"];
const STATES = ["pending", "running", "finished", "errored", "cancelled", "timed_out"];

export const nameOf = (job: Job) => job.tool ?? job.command?.join(" ") ?? job.image;

export function took(job: Job): string {
  if (!job.started_at) return "";
  const end = job.finished_at ? Date.parse(job.finished_at) : Date.now();
  return duration(Math.max(0, end - Date.parse(job.started_at)));
}

function Row({ job }: { job: Job }) {
  return (
    <a class="row jobs" href={link("jobs", String(job.id))}>
      <span class="quiet number">{job.id}</span>
      <span class="strong clip">{nameOf(job)}</span>
      <State of={job.status} />
      <span class="wide clip quiet">{job.image}</span>
      <span class="wide">{took(job)}</span>
      <Time at={job.created_at} />
    </a>
  );
}

/** Whether a job is one that the filters let through, as the server decides it. */
function passes(job: Job, status: string, filter: string): boolean {
  const holds = (text: string | null | undefined) => (text ?? "").toLowerCase().includes(filter.toLowerCase());
  return (status === "" || job.status === status) && (filter === "" || holds(job.tool) || holds(job.image));
}

export function JobList() {
  const status = useSignal(route.value.query.get("status") ?? "");
  const filter = useSignal("");
  const pages = usePages<Job>(async (cursor, signal) => {
    const list = await get("/api/jobs", { query: { limit: 200, cursor, status: status.value, filter: filter.value }, signal });
    return { items: list.jobs, next: list.next ?? null, total: list.total };
  }, (job) => job.id, [status.value, filter.value]);
  useEvents({ job: (job) => pages.put(job, passes(job, status.value, filter.value)), jobs: () => void pages.again(), hello: () => void pages.again() });
  const filtered = status.value !== "" || filter.value !== "";
  return (
    <div class="page">
      <Head title="Jobs" about={pages.total.value === null ? "Runs of tools and commands in containers." : plural(pages.total.value, "job")}>
        {may("runner") && <button type="button" class="button main" onClick={() => go(link("tools"))}>New job</button>}
      </Head>
      <div class="filters">
        <label>State <select value={status.value} onChange={(event) => { status.value = event.currentTarget.value; }}>
          <option value="">all</option>{STATES.map((one) => <option value={one}>{one.replace("_", " ")}</option>)}
        </select></label>
        <label>Search <input type="search" value={filter.value} placeholder="tool or image" onInput={(event) => { filter.value = event.currentTarget.value; }} /></label>
      </div>
      <ProblemBox problem={pages.problem.value} retry={pages.again} />
      {pages.done.value && pages.items.value.length === 0
        ? filtered ? <Empty title="No such jobs">Loosen the filters.</Empty>
          : <Empty title="No jobs yet">Choose a <a href={link("tools")}>tool</a>, fill in its form, and submit it. Jobs run in containers, for as long as they need, and keep their logs and results.</Empty>
        : <VirtualList label="Jobs" items={pages.items.value} height={44} keyOf={(job) => job.id} row={(job) => <Row job={job} />} more={pages.more} />}
    </div>
  );
}
