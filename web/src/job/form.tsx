// The form of a tool, made from its parameters and datasets; and the form of a command in an image.
//
// Owns the fields and what is sent. Whether values fit is the server's to say: its errors stand at their fields.

import { useSignal } from "@preact/signals";
import { get, post, problem, type Problem, type Schemas } from "../api/client";
import { useLoad } from "../state/load";
import { go, link, route } from "../state/route";
import { may } from "../state/session";
import { argumentsOf } from "../run/running";
import { Button, Field, Head, ProblemBox } from "../ui/kit";
import { Calls } from "./call";
import type { Job } from "./list";
import type { Tool } from "./tools";
import { uploadOne } from "../stock/upload";

interface Parameter { type: string; array?: boolean; optional?: boolean; values?: string[]; min?: number; max?: number; default?: unknown; description?: string }
interface Dataset { extension?: string | string[]; optional?: boolean; description?: string }
type Typed = Record<string, string>;
export type Submit = Schemas["SubmitJobJson"];

const shown = (value: unknown) => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

/** The text of a field as the value of a parameter. A text that is no value of its type is sent as it is: the server says why it does not fit. */
export function valueOf(parameter: Parameter, text: string): unknown {
  if (parameter.array) {
    const parsed = json(text);
    return Array.isArray(parsed) ? parsed : text.split(",").map((one) => scalar(parameter, one.trim()));
  }
  return scalar(parameter, text);
}

function scalar(parameter: Parameter, text: string): unknown {
  if (["integer", "float"].includes(parameter.type) && text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
  if (parameter.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return parameter.type === "struct" ? (json(text) ?? text) : text;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function range({ min, max, array, type }: Parameter): string {
  const bounds = min !== undefined && max !== undefined ? `${min} to ${max}` : min !== undefined ? `at least ${min}` : max !== undefined ? `at most ${max}` : "";
  return [type, array && "a list: commas between, or JSON", bounds].filter(Boolean).join(", ");
}

interface InputProps { name: string; parameter: Parameter; value: string; set: (text: string) => void; error: string | null }

function ParameterField({ name, parameter, value, set, error }: InputProps) {
  const needed = !parameter.optional && parameter.default === undefined;
  const hint = <>{parameter.description && <>{parameter.description} · </>}<span class="type">{range(parameter)}</span></>;
  const first = shown(parameter.default);
  const choices = parameter.array ? null : parameter.type === "boolean" ? ["true", "false"] : parameter.values;
  return (
    <Field label={<>{name}{needed && <span class="needed"> needed</span>}</>} hint={hint} error={error}>
      {(about) => choices
        ? <select {...about} value={value} onChange={(event) => set(event.currentTarget.value)}>
            <option value="">{first === "" ? "–" : `${first} (usual)`}</option>{choices.map((one) => <option value={one}>{one}</option>)}
          </select>
        : parameter.type === "struct"
          ? <textarea {...about} rows={3} value={value} placeholder={first || "{}"} onInput={(event) => set(event.currentTarget.value)} />
          : <input {...about} value={value} placeholder={first} inputMode={parameter.type === "integer" && !parameter.array ? "numeric" : undefined} onInput={(event) => set(event.currentTarget.value)} />}
    </Field>
  );
}

function DataField({ name, data, uploads, value, set, error }: { name: string; data: Dataset; uploads: Schemas["UploadJson"][]; value: string; set: (id: string) => void; error: string | null }) {
  const failed = useSignal<Problem | null>(null);
  const endings = data.extension === undefined ? [] : [data.extension].flat();
  const send = async (file: File | undefined) => {
    if (!file) return;
    try {
      failed.value = null;
      const made = await uploadOne(file);
      uploads.unshift(made);
      set(made.file_id);
    } catch (thrown) {
      failed.value = problem(thrown);
    }
  };
  return (
    <Field label={<>{name}{!data.optional && <span class="needed"> needed</span>}</>} error={error ?? failed.value?.detail}
      hint={<>{data.description && <>{data.description} · </>}<span class="type">{["a file", endings.join(", ")].filter(Boolean).join(": ")}</span></>}>
      {(about) => (
        <div class="pick">
          <select {...about} value={value} onChange={(event) => set(event.currentTarget.value)}>
            <option value="">–</option>{uploads.map((one) => <option value={one.file_id}>{one.filename}</option>)}
          </select>
          <input type="file" aria-label={`Upload a file for ${name}`} onChange={(event) => void send(event.currentTarget.files?.[0])} />
        </div>
      )}
    </Field>
  );
}

/** The server's word about an input. */
const errorOf = (it: Problem | null, name: string) => {
  const found = it?.errors?.find((one) => one.name === name);
  return found ? String(found.message ?? found.type) : null;
};

export function ToolForm({ tool, from }: { tool: Tool; from?: Job }) {
  const parameters = tool.parameters as Record<string, Parameter>;
  const data = tool.data as Record<string, Dataset>;
  const typed = useSignal<Typed>(Object.fromEntries(Object.entries(from?.parameters ?? {}).map(([name, value]) => [name, shown(value)])));
  const chosen = useSignal<Typed>(Object.fromEntries(Object.entries(from?.data ?? {}).filter(([, id]) => typeof id === "string") as [string, string][]));
  const failed = useSignal<Problem | null>(null);
  const files = useLoad((signal) => get("/api/files", { signal }));
  const body = (): Submit => ({
    tool: tool.slug,
    parameters: Object.fromEntries(Object.entries(typed.value).filter(([name, text]) => text !== "" && parameters[name]).map(([name, text]) => [name, valueOf(parameters[name] as Parameter, text)])),
    data: Object.fromEntries(Object.entries(chosen.value).filter(([name, id]) => id !== "" && data[name])),
  });
  const submit = async () => {
    const job = await post("/api/jobs", { body: body() });
    go(link("jobs", String((job as Job).id)));
  };
  const named = failed.value?.errors?.every((one) => String(one.name) in parameters || String(one.name) in data) ?? false;
  return (
    <form class="fields" onSubmit={(event) => event.preventDefault()} noValidate>
      {Object.entries(parameters).map(([name, parameter]) => (
        <ParameterField key={name} name={name} parameter={parameter} value={typed.value[name] ?? ""} error={errorOf(failed.value, name)}
          set={(text) => { typed.value = { ...typed.peek(), [name]: text }; }} />
      ))}
      {Object.entries(data).map(([name, one]) => (
        <DataField key={name} name={name} data={one} uploads={files.value.value?.files ?? []} value={chosen.value[name] ?? ""} error={errorOf(failed.value, name)}
          set={(id) => { chosen.value = { ...chosen.peek(), [name]: id }; }} />
      ))}
      {Object.keys({ ...parameters, ...data }).length === 0 && <p class="quiet">It takes no inputs.</p>}
      <ProblemBox problem={named && failed.value ? { ...failed.value, errors: [], detail: "Some inputs do not fit: each says why." } : failed.value} />
      {may("runner") ? <div class="actions"><Button kind="main" type="submit" act={submit} failed={(it) => { failed.value = it; }}>Submit</Button></div> : <p class="notice">Submitting takes the role runner.</p>}
      <Calls body={body()} />
    </form>
  );
}

/** A command in any image, instead of a tool. */
export function CommandView() {
  const from = Number(route.value.query.get("from") ?? 0);
  const [image, command, failed] = [useSignal(""), useSignal(""), useSignal<Problem | null>(null)];
  const read = useLoad(async (signal) => {
    if (from <= 0) return null;
    const job = await get("/api/jobs/{id}", { path: { id: from }, signal });
    image.value = job.image;
    command.value = (job.command ?? []).map((word) => (/^[\w./:=@-]+$/.test(String(word)) ? String(word) : JSON.stringify(word))).join(" ");
    return job;
  }, [from]);
  const body = (): Submit => ({ image: image.value.trim(), command: argumentsOf(command.value) });
  const submit = async () => go(link("jobs", String((await post("/api/jobs", { body: body() }) as Job).id)));
  return (
    <div class="page">
      <Head title="Run a command" about="In any image that the site allows; what it leaves in /out are its results." />
      <ProblemBox problem={read.problem.value} />
      <form class="fields narrow" onSubmit={(event) => event.preventDefault()}>
        <Field label="Image" hint="Such as alpine:3.">{(about) => <input {...about} value={image.value} onInput={(event) => { image.value = event.currentTarget.value; }} />}</Field>
        <Field label="Command" hint="Word by word: no shell reads it, unless you name one (sh -c '…').">{(about) => <textarea {...about} rows={3} value={command.value} onInput={(event) => { command.value = event.currentTarget.value; }} />}</Field>
        <ProblemBox problem={failed.value} />
        <div class="actions"><Button kind="main" type="submit" act={submit} failed={(it) => { failed.value = it; }}>Submit</Button></div>
        <Calls body={body()} />
      </form>
    </div>
  );
}
