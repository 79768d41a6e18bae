// The view Run: a snippet on one side, what came of it on the other.
//
// Owns how the parts lie beside each other, and the bar above them.

import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { get, problem, type Problem, type Schemas } from "../api/client";
import { useLoad } from "../state/load";
import { link, replace, route } from "../state/route";
import { may } from "../state/session";
import { Button, ProblemBox } from "../ui/kit";
import { Editor } from "./editor";
import { example } from "./examples";
import { History } from "./history";
import { Inputs } from "./inputs";
import { Result } from "./result";
import { phase, start, stop } from "./running";
import { change, choose, files, pack, restore, snippet, unpack } from "./snippet";

export type Languages = Schemas["RuntimeListJson"];

const running = () => ["sending", "preparing", "running"].includes(phase.value);
const run = () => {
  if (running() || !may("runner")) return;
  void start(snippet.peek(), files.peek());
  // Where the result lies below the snippet, it is brought into sight.
  const [main, result] = [document.getElementById("main"), document.getElementById("result")];
  if (main && result && matchMedia("(max-width: 900px)").matches) main.scrollTop += result.getBoundingClientRect().top - main.getBoundingClientRect().top;
};

function Runtime({ languages }: { languages: Languages | undefined }) {
  const cells = languages?.runtimes.filter((one) => one.name !== "wasm") ?? [];
  const known = new Set(cells.map((one) => one.name));
  const containers = languages?.container_languages.filter((one) => !known.has(one.name)) ?? [];
  // A version of the language, or of what runs it.
  const label = (one: Schemas["RuntimeJson"]) => (one.title.toLowerCase() === one.name ? `${one.title} ${one.version}` : `${one.title} (${one.name} ${one.version})`);
  const named = (one: Schemas["RuntimeJson"]) => (one.default ? one.name : `${one.name}@${one.version}`);
  const current = snippet.value.runtime;
  const listed = [...cells.map(named), ...containers.map((one) => one.name)];
  return (
    <label class="runtime">
      <span class="hidden">Language</span>
      <select value={current} onChange={(event) => choose(event.currentTarget.value, containers.some((one) => one.name === event.currentTarget.value) ? "container" : "auto")}>
        {!listed.includes(current) && <option value={current}>{current}</option>}
        <optgroup label="In cells">
          {cells.map((one) => <option value={named(one)}>{label(one)}{one.state === "ready" ? "" : ", to be prepared"}</option>)}
        </optgroup>
        {containers.length > 0 && (
          <optgroup label="In containers">{containers.map((one) => <option value={one.name}>{one.title}</option>)}</optgroup>
        )}
      </select>
    </label>
  );
}

async function share(): Promise<void> {
  const text = await pack(snippet.peek());
  const address = `${location.origin}${location.pathname}${link("run", "", { s: text })}`;
  await navigator.clipboard.writeText(address);
}

/** Takes the snippet that a link carries; nothing runs by itself. */
function useLink(): Problem | null {
  const failed = useSignal<Problem | null>(null);
  const given = route.value.view === "run" ? route.value.query.get("s") : null;
  useEffect(() => {
    if (given === null) return;
    unpack(given).then((it) => {
      change(it);
      replace(link("run"));
    }, (error) => { failed.value = { ...problem(error), detail: "the link does not carry a snippet: it may have been cut" }; });
  }, [given]);
  return failed.value;
}

function Bar({ languages, open }: { languages: Languages | undefined; open: () => void }) {
  const shared = useSignal(false);
  const doShare = async () => {
    await share();
    shared.value = true;
    setTimeout(() => { shared.value = false; }, 2000);
  };
  return (
    <div class="run-bar">
      <Runtime languages={languages} />
      {running()
        ? <Button kind="danger" act={stop}>Stop</Button>
        : <Button kind="main" act={run} disabled={!may("runner")} title="Ctrl+Enter">Run <kbd aria-hidden="true">Ctrl ⏎</kbd></Button>}
      <span class="space" />
      <Button act={() => change({ code: example(snippet.peek().runtime) })}>Example</Button>
      <Button act={doShare}>{shared.value ? "Link copied" : "Share"}</Button>
      <Button act={open}>History</Button>
    </div>
  );
}

export function RunView() {
  const languages = useLoad((signal) => get("/api/runtimes", { signal }));
  const limits = useLoad((signal) => get("/api/limits", { signal }));
  const history = useSignal(false);
  const badLink = useLink();
  useEffect(() => { if (snippet.peek().code === "") restore(); }, []);
  useEffect(() => { if (phase.value === "ended") void languages.again(); }, [phase.value]);
  // Wherever the focus is in this view; the editor takes its own.
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", keys);
    return () => document.removeEventListener("keydown", keys);
  }, []);
  return (
    <div class="run">
      <h1 class="hidden">Run</h1>
      <Bar languages={languages.value.value} open={() => { history.value = true; }} />
      <ProblemBox problem={languages.problem.value ?? badLink} retry={badLink ? undefined : languages.again} />
      {!may("runner") && <p class="notice">Your role reads only: running code takes the role runner.</p>}
      <div class="halves">
        <section class="half" aria-label="Snippet">
          <Editor run={run} />
          <Inputs languages={languages.value.value} limits={limits.value.value?.limits ?? []} />
        </section>
        <section class="half" id="result" aria-label="Result"><Result limits={limits.value.value?.limits ?? []} /></section>
      </div>
      {history.value && <History close={() => { history.value = false; }} />}
    </div>
  );
}
