// The view Runtimes: the languages, which are ready, and preparing one.

import { useSignal } from "@preact/signals";
import { get, type Problem, type Schemas } from "../api/client";
import { choose } from "../run/snippet";
import { useLoad } from "../state/load";
import { link } from "../state/route";
import { may } from "../state/session";
import { Button, Head, ProblemBox, Reading, Progress, State } from "../ui/kit";
import { bytes } from "../ui/words";
import { make, making } from "./making";

type Runtime = Schemas["RuntimeJson"];
const WORDS: Record<string, string> = { ready: "ready", partial: "prepared in part", unprepared: "not prepared" };
const nameOf = (one: Runtime) => (one.default ? one.name : `${one.name}@${one.version}`);

/** A sentence whose parts in backticks are code. */
const coded = (text: string) => text.split("`").map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part));

export function RuntimesView() {
  const read = useLoad((signal) => get("/api/runtimes", { signal }));
  const it = read.value.value;
  return (
    <div class="page">
      <Head title="Runtimes" about="Languages of snippets. A runtime is fetched and compiled once, at its first run or here." />
      <ProblemBox problem={read.problem.value} retry={read.again} />
      <Reading of={read} />
      <h2>In cells</h2>
      <ul class="plain rows">{it?.runtimes.map((one) => <Row key={nameOf(one)} one={one} again={read.again} />)}</ul>
      <h2>In containers</h2>
      <ul class="plain rows">
        {it?.container_languages.map((one) => (
          <li><div class="row-head"><strong>{one.title}</strong><code>{one.name}</code><span class="space" />
            {may("runner") && <a class="button" href={link("run")} onClick={() => choose(one.name, "container")}>Use</a>}</div>
            <p class="quiet">Image <code>{one.image}</code>{one.package_manager && <>, packages of {one.package_manager}</>}{one.aliases.length > 0 && <>, also called {one.aliases.join(", ")}</>}</p></li>
        ))}
      </ul>
    </div>
  );
}

function Row({ one, again }: { one: Runtime; again: () => Promise<void> }) {
  const failed = useSignal<Problem | null>(null);
  const name = nameOf(one);
  const step = making.value[name];
  const prepare = async () => {
    await make(name, `/api/runtimes/${encodeURIComponent(name)}/prepare`);
    await again();
  };
  return (
    <li>
      <div class="row-head">
        <strong>{one.title} {one.version}</strong><code>{name}</code><State of={one.state} words={WORDS[one.state]} />
        <span class="space" />
        {may("runner") && one.state !== "ready" && !step && <Button act={prepare} failed={(it) => { failed.value = it; }}>Prepare {one.download_bytes > 0 && <span class="quiet">({bytes(one.download_bytes)})</span>}</Button>}
        {may("runner") && one.name !== "wasm" && <a class="button" href={link("run")} onClick={() => choose(name, "auto")}>Use</a>}
      </div>
      {step && <Progress words={step.step} percent={step.percent} />}
      <ProblemBox problem={failed.value} />
      <p class="quiet">{coded(one.summary)}</p>
      {one.licences.length > 0 && <details class="small"><summary>Licences</summary><ul>{one.licences.map((licence) => <li>{licence}</li>)}</ul></details>}
    </li>
  );
}
