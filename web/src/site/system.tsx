// The view System: what the machine has, what goes on, how the last hour was.

import { useMemo } from "preact/hooks";
import { link } from "../state/route";
import { may } from "../state/session";
import { Chart } from "../ui/chart";
import { Bar, Head, ProblemBox, State } from "../ui/kit";
import { bytes } from "../ui/words";
import { useMachine, type Sample } from "./samples";

const whole = (value: number) => value.toFixed(0);

export function SystemView() {
  const machine = useMachine();
  const it = machine.system.value;
  const seen = machine.samples.value;
  const times = useMemo(() => seen.map((one) => Date.parse(one.at) / 1000), [seen]);
  const line = (name: string, value: (one: Sample) => number) => ({ name, values: seen.map(value) });
  return (
    <div class="page">
      <Head title="System" about={it && `runcell ${it.version}`}>{may("admin") && <a class="button" href={link("audit")}>Audit</a>}</Head>
      <ProblemBox problem={machine.problem} retry={machine.again} />
      {!it && !machine.problem && <p class="quiet late" role="status">Loading.</p>}
      {it && (
        <>
          <div class="usage two">
            <Bar label="processors" part={it.machine.load / it.machine.processors} words={`load ${it.machine.load.toFixed(2)} on ${it.machine.processors}`} />
            <Bar label="memory" part={1 - it.machine.available_bytes / it.machine.memory_bytes} words={`${bytes(it.machine.memory_bytes - it.machine.available_bytes)} of ${bytes(it.machine.memory_bytes)}`} />
            {it.machine.disks.map((disk) => <Bar key={disk.purpose} label={`disk, ${disk.purpose}`} part={1 - disk.free_bytes / disk.bytes} words={`${bytes(disk.free_bytes)} free of ${bytes(disk.bytes)}`} />)}
          </div>
          <dl class="facts">
            <div><dt>Engine</dt><dd><State of={it.engine.docker_available ? "healthy" : "errored"} words={it.engine.status} /> <span class="quiet">{it.engine.message}</span></dd></div>
            <div><dt>Containers</dt><dd>{it.engine.active_containers}</dd></div>
            <div><dt>Workers</dt><dd>{it.workers}</dd></div>
            {Object.entries(it.jobs).map(([state, amount]) => amount > 0 && <div><dt>Jobs {state.replace("_", " ")}</dt><dd><a href={link("jobs", "", { status: state })}>{amount}</a></dd></div>)}
          </dl>
        </>
      )}
      <div class="charts">
        <Chart title="Processors" times={times} lines={[line("busy", (one) => one.busy * 100)]} words={(value) => `${value.toFixed(0)} %`} most={100} />
        <Chart title="Memory" times={times} lines={[line("memory", (one) => one.memory_bytes)]} words={bytes} most={it?.machine.memory_bytes} />
        <Chart whole title="Running" times={times} lines={[line("snippets", (one) => one.runs_running), line("jobs", (one) => one.jobs_running)]} words={whole} />
        <Chart whole title="Waiting" times={times} lines={[line("snippets", (one) => one.runs_waiting), line("jobs", (one) => one.jobs_pending)]} words={whole} />
      </div>
      <p class="quiet">The last hour, or the time since the server was started. Snippets and jobs of all tenants are counted.</p>
    </div>
  );
}
