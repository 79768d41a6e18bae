// The view System: what the machine has, what goes on, how the last hour was.

import { useEffect } from "preact/hooks";
import { link } from "../state/route";
import { may } from "../state/session";
import { Chart } from "../ui/chart";
import { Bar, Head, ProblemBox, State } from "../ui/kit";
import { bytes } from "../ui/words";
import { failed, now, sample, samples } from "./samples";

export function SystemView() {
  useEffect(() => void sample(), []);
  const it = now.value;
  const seen = samples.value;
  const times = seen.map((one) => one.at);
  return (
    <div class="page">
      <Head title="System" about={it && `runcell ${it.version}`}>{may("admin") && <a class="button" href={link("audit")}>Audit</a>}</Head>
      <ProblemBox problem={failed.value} retry={sample} />
      {it && (
        <>
          <div class="usage two">
            <Bar label="processors" part={it.machine.load / it.machine.processors} words={`load ${it.machine.load.toFixed(2)} on ${it.machine.processors}`} />
            <Bar label="memory" part={1 - it.machine.available_bytes / it.machine.memory_bytes} words={`${bytes(it.machine.memory_bytes - it.machine.available_bytes)} of ${bytes(it.machine.memory_bytes)}`} />
            {it.machine.disks.map((disk) => <Bar key={disk.purpose} label={`disk, ${disk.purpose}`} part={1 - disk.free_bytes / disk.bytes} words={`${bytes(disk.free_bytes)} free of ${bytes(disk.bytes)}`} />)}
          </div>
          <dl class="facts">
            <dt>Engine</dt><dd><State of={it.engine.docker_available ? "healthy" : "errored"} words={it.engine.status} /> <span class="quiet">{it.engine.message}</span></dd>
            <dt>Containers</dt><dd>{it.engine.active_containers}</dd>
            <dt>Workers</dt><dd>{it.workers}</dd>
            {Object.entries(it.jobs).map(([state, amount]) => amount > 0 && <><dt>Jobs {state.replace("_", " ")}</dt><dd><a href={link("jobs", "", { status: state })}>{amount}</a></dd></>)}
          </dl>
        </>
      )}
      <div class="charts">
        <Chart title="Load" times={times} lines={[{ name: "load", values: seen.map((one) => one.load) }]} words={(value) => value.toFixed(1)} />
        <Chart title="Memory" times={times} lines={[{ name: "memory", values: seen.map((one) => one.memory) }]} words={bytes} />
        <Chart title="Jobs" times={times} lines={[{ name: "running", values: seen.map((one) => one.running) }, { name: "waiting", values: seen.map((one) => one.pending) }]} words={(value) => value.toFixed(0)} />
      </div>
      <p class="quiet">The charts go back to when this page was opened, at most an hour.</p>
    </div>
  );
}
