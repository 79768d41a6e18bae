// The result of a run: live output, how it ended, what it used, the files that it left.
//
// Owns the panel. The run itself is in `running.ts`.

import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { fromBase64, save } from "../ui/file";
import { Bar, Button, Empty, ProblemBox, Progress, State } from "../ui/kit";
import { LinesView } from "../ui/lines";
import { kindOf, Preview, type ShownFile } from "../ui/preview";
import { Tabs } from "../ui/tabs";
import { bytes, count, duration, spoken } from "../ui/words";
import { amount } from "./inputs";
import { broken, lostAs, outcome, outputs, phase, preparing, ran, refusal, wrote, type Outcome } from "./running";

type Limit = Schemas["LimitJson"];
type OutFile = Schemas["FileJson"];

/** The amounts that limits bound, in the units of the limits. */
const USED: [string, (usage: Schemas["Usage"]) => number, (usage: Schemas["Usage"]) => string][] = [
  ["timeout_ms", (it) => it.wall_us / 1000, (it) => duration(it.wall_us / 1000)],
  ["memory_mib", (it) => it.memory_bytes / 1048576, (it) => bytes(it.memory_bytes)],
  ["fuel", (it) => it.fuel, (it) => count(it.fuel)],
  ["output_bytes", (it) => it.output_bytes, (it) => bytes(it.output_bytes)],
  ["file_bytes", (it) => it.file_bytes, (it) => bytes(it.file_bytes)],
  ["files", (it) => it.files, (it) => count(it.files)],
];
const LABELS: Record<string, string> = { timeout_ms: "time", memory_mib: "memory", output_bytes: "output", file_bytes: "size of files", files: "files" };

function Usage({ it, limits }: { it: Outcome; limits: Limit[] }) {
  const rows = USED.map(([name, used, words]) => {
    const limit = limits.find((one) => one.name === name);
    const most = ran.value?.limits[name] ?? limit?.default;
    const value = used(it.usage);
    if (most === undefined || (value === 0 && name !== "timeout_ms")) return null;
    return <Bar label={LABELS[name] ?? name} part={value / most} words={`${words(it.usage)} of ${amount(name, most)}`} />;
  });
  return <div class="usage">{rows}<p class="quiet">Processor time {duration(it.usage.cpu_us / 1000)}. Ran in a {it.ran_on.backend === "wasm" ? "cell" : "container"}: {it.ran_on.reason}.</p></div>;
}

const code = (it: Outcome) => (it.exit_code === null || it.exit_code === undefined ? "" : `exit code ${it.exit_code}`);

function Verdict({ it }: { it: Outcome }) {
  const failed = it.status === "completed" && it.exit_code !== 0;
  return (
    <>
      <State of={failed ? "failed" : it.status} words={failed ? "failed" : spoken(it.status)} />
      <span>{[code(it), it.limit && `limit ${spoken(it.limit)}`].filter(Boolean).join(", ")}</span>
      <span class="quiet">{duration(it.usage.wall_us / 1000)}</span>
    </>
  );
}

function Status() {
  const it = outcome.value;
  const parts: ComponentChildren = it ? <Verdict it={it} />
    : lostAs.value ? <State of={lostAs.value} />
    : refusal.value ? <State of="refused" />
    : phase.value === "idle" ? <span class="quiet">Nothing has run yet</span>
    : <State of={phase.value === "sending" ? "running" : phase.value} words={phase.value === "sending" ? "starting" : phase.value} />;
  return <div class="verdict" role="status" aria-live="polite">{parts}{broken.value && <span class="notice">The connection is lost: trying again.</span>}</div>;
}

/** A file of an outcome as bytes and, where it is one, as text. */
export function shown(file: OutFile): ShownFile | null {
  if (file.content === null || file.content === undefined) return null;
  if (file.encoding === "text") return { path: file.path, mediaType: file.media_type, text: file.content, bytes: new TextEncoder().encode(file.content) };
  const raw = fromBase64(file.content);
  const isText = /^text\/|json|svg/.test(file.media_type);
  return { path: file.path, mediaType: file.media_type, text: isText ? new TextDecoder().decode(raw) : null, bytes: raw };
}

function OneFile({ file, open }: { file: OutFile; open: boolean }) {
  const it = useMemo(() => shown(file), [file]);
  const seen = useSignal(open);
  return (
    <details class="file" open={seen.value} onToggle={(event) => { seen.value = event.currentTarget.open; }}>
      <summary><code>{file.path}</code> <span class="quiet">{bytes(file.bytes)}</span></summary>
      {seen.value && (it
        ? <><Preview file={it} /><Button act={() => save(file.path, it.bytes, file.media_type)}>Download {file.path}</Button></>
        : <p class="quiet">It is too large for an answer. Ask for it in parts, or submit a job: its results are kept whole.</p>)}
    </details>
  );
}

/** The files to show. A container gives the snippet itself back where every file is wanted, which is the page's own wish. */
const made = (it: Outcome) => (ran.value?.outputs.trim() === "" ? it.files.filter((file) => file.content !== ran.value?.code) : it.files);
/** Files that the user asked for and the program did not make: every file that it makes is the page's own wish. */
const missing = (it: Outcome) => (ran.value?.outputs.trim() === "" ? [] : it.missing_files);

function Files({ it }: { it: Outcome }) {
  const left = it.left_files ?? [];
  const rank = (file: OutFile) => (kindOf(file.path, file.media_type) === "picture" ? 0 : 1);
  const sorted = [...made(it)].sort((one, other) => rank(one) - rank(other));
  return (
    <div class="files">
      {sorted.map((file, index) => <OneFile key={`${it.execution_id}/${file.path}`} file={file} open={index < 4 && file.bytes < 2_000_000} />)}
      {missing(it).length > 0 && <p class="notice">Not made: {missing(it).join(", ")}</p>}
      {left.length > 0 && <p class="quiet">Also left, and not asked for: {left.map((file) => `${file.path} (${bytes(file.bytes)})`).join(", ")}</p>}
    </div>
  );
}

function Output({ it }: { it: Outcome | null }) {
  const more = it?.more ?? [];
  const [silent, compiled] = [it !== null && outputs.all.count === 0, wrote.value.compiler];
  const nothing = compiled && it?.exit_code ? "The program wrote nothing. If it did not compile, the compiler says why." : "The program wrote nothing.";
  return (
    <>
      {compiled && <section class="compiler"><h2 class="part">Compiler</h2><LinesView lines={outputs.compiler} label="Compiler" /></section>}
      {it?.message && <p class="notice">{it.message}</p>}
      {it?.truncated && <p class="notice">The output was cut at its limit.{more.length > 0 && ` ${more.map((one) => `${one.name}: ${bytes(one.bytes)}`).join(", ")} in all.`}</p>}
      {silent ? !it?.message && <p class="quiet pad">{nothing}</p>
        : (!compiled || outputs.all.version.value >= 0 && outputs.all.count > 0) && <>{compiled && <h2 class="part">Program</h2>}<LinesView lines={outputs.all} label="Output" /></>}
    </>
  );
}

const PARTS = [["stdout", "Standard output"], ["stderr", "Standard error"], ["compiler", "Compiler"]] as const;

export function Result({ limits }: { limits: Limit[] }) {
  const it = outcome.value;
  const chosen = useSignal("output");
  // A run begins with its output, whatever was looked at of the one before.
  useEffect(() => { chosen.value = "output"; }, [ran.value]);
  if (phase.value === "idle") {
    return <><Status /><Empty title="Run something">Write a program, or take the example, and press <kbd>Ctrl</kbd> <kbd>Enter</kbd>. Output comes as it is written; plots and tables show below it.</Empty></>;
  }
  const parts = PARTS.filter(([name]) => wrote.value[name]);
  const tabs = [
    { name: "output", label: "Output", body: () => <><Output it={it} />{it && made(it).length + missing(it).length > 0 && <Files it={it} />}</> },
    ...(parts.length > 1 ? parts.map(([name, label]) => ({ name, label: name, body: () => <LinesView key={name} lines={outputs[name]} label={label} /> })) : []),
    ...(it && made(it).length > 0 ? [{ name: "files", label: `Files (${made(it).length})`, body: () => <Files it={it} /> }] : []),
    ...(it ? [{ name: "usage", label: "Usage", body: () => <Usage it={it} limits={limits} /> }] : []),
  ];
  return (
    <>
      <Status />
      {phase.value === "preparing" && <Progress words={`${preparing.value.subject ?? "The runtime"}: ${preparing.value.step ?? "being prepared"}`} percent={preparing.value.percent} />}
      <ProblemBox problem={refusal.value} />
      {lostAs.value && <p class="notice">The server was restarted while it ran. Run it again.</p>}
      {it || phase.value === "running" || parts.length > 0 ? <Tabs label="Result" tabs={tabs} chosen={chosen} /> : null}
    </>
  );
}
