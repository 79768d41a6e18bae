// Runs that the server recorded: the list, and the outcome of one.

import { useSignal } from "@preact/signals";
import { get, remove, type Problem, type Schemas } from "../api/client";
import { usePages } from "../state/pages";
import { useLoad } from "../state/load";
import { go, link, route } from "../state/route";
import { may } from "../state/session";
import { Confirm } from "../ui/dialog";
import { Empty, Head, ProblemBox, State, Time } from "../ui/kit";
import { VirtualList } from "../ui/list";
import { duration } from "../ui/words";

type Execution = Schemas["ExecutionJson"];
const STATES = ["running", "completed", "failed", "timed_out", "cancelled", "refused", "lost"] as const;
type RunState = (typeof STATES)[number];

export function RunsView() {
  return route.value.rest === "" ? <List /> : <One id={route.value.rest} />;
}

function List() {
  const state = useSignal<RunState | "">("");
  const runtime = useSignal("");
  const pages = usePages<Execution>(async (cursor, signal) => {
    const list = await get("/api/executions", { query: { limit: 200, cursor, state: state.value || undefined, runtime: runtime.value }, signal });
    return { items: list.executions, next: list.next ?? null };
  }, (one) => one.execution_id, [state.value, runtime.value]);
  return (
    <div class="page">
      <Head title="Runs" about="Every run of your tenant that was recorded, the newest first." />
      <div class="filters">
        <label>State <select value={state.value} onChange={(event) => { state.value = event.currentTarget.value as RunState | ""; }}>
          <option value="">all</option>{STATES.map((one) => <option value={one}>{one.replace("_", " ")}</option>)}
        </select></label>
        <label>Language <input value={runtime.value} placeholder="all" onChange={(event) => { runtime.value = event.currentTarget.value.trim(); }} /></label>
      </div>
      <ProblemBox problem={pages.problem.value} retry={pages.again} />
      {pages.done.value && pages.items.value.length === 0
        ? state.value === "" && runtime.value === "" ? <Empty title="No runs yet"><a href={link("run")}>Run something</a>: how it ended is kept here.</Empty>
          : <Empty title="No such runs">Loosen the filters.</Empty>
        : <VirtualList label="Runs" items={pages.items.value} height={44} keyOf={(one) => one.execution_id} more={pages.more} row={(one) => (
            <a class="row runs" href={link("runs", one.execution_id)}>
              <span class="strong">{one.runtime}</span><State of={one.state} /><span class="wide">{one.user}</span>
              <span class="wide">{one.ended_at ? duration(Date.parse(one.ended_at) - Date.parse(one.started_at)) : ""}</span><Time at={one.started_at} />
            </a>
          )} />}
    </div>
  );
}

/** The output of a run, the compiler's part of stderr apart. */
function partsOf({ compiler, stdout, stderr }: Partial<Schemas["ExecutedJson"]>): [string, string][] {
  const rest = compiler && stderr?.startsWith(compiler) ? stderr.slice(compiler.length) : stderr;
  return ([["compiler", compiler], ["stdout", stdout], ["stderr", rest]] as [string, string | undefined][]).filter((part): part is [string, string] => Boolean(part[1]));
}

function One({ id }: { id: string }) {
  const run = useLoad((signal) => get("/api/executions/{id}", { path: { id }, signal }), [id]);
  const failed = useSignal<Problem | null>(null);
  const it = run.value.value;
  const outcome = (it?.outcome ?? null) as Partial<Schemas["ExecutedJson"]> | null;
  return (
    <div class="page">
      <Head title={<>Run <code>{id.slice(0, 8)}</code></>}>
        <a class="button" href={link("runs")}>All runs</a>
        {may("runner") && it && <Confirm label="Remove" title="Remove the record of this run?" act={async () => { await remove("/api/executions/{id}", { path: { id } }); go(link("runs")); }}>Its outcome is gone then.</Confirm>}
      </Head>
      <ProblemBox problem={run.problem.value ?? failed.value} retry={run.again} />
      {it && (
        <>
          <dl class="facts">
            <div><dt>State</dt><dd><State of={it.state} /></dd></div><div><dt>Language</dt><dd>{it.runtime}</dd></div><div><dt>User</dt><dd>{it.user}</dd></div>
            <div><dt>Started</dt><dd><Time at={it.started_at} /></dd></div>
            {outcome?.exit_code !== undefined && outcome.exit_code !== null && <div><dt>Exit code</dt><dd>{outcome.exit_code}</dd></div>}
            {outcome?.usage && <div><dt>Time</dt><dd>{duration(outcome.usage.wall_us / 1000)}</dd></div>}
          </dl>
          {outcome?.message && <p class="notice">{outcome.message}</p>}
          {outcome && partsOf(outcome).map(([name, text]) => <section><h2>{name}</h2><pre class="text" tabIndex={0} aria-label={name}>{text}</pre></section>)}
          {outcome === null && <p class="quiet">Nothing more of it is recorded.</p>}
        </>
      )}
    </div>
  );
}
