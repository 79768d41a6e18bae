// The inputs beside the code: input, arguments, files, packages, limits, options.
//
// Owns the fields. Limits are shown with what the site grants; the server checks them.

import type { Schemas } from "../api/client";
import { Button, Field } from "../ui/kit";
import { dropped } from "../ui/file";
import { Tabs } from "../ui/tabs";
import { bytes, count, duration } from "../ui/words";
import { change, files, snippet, type Snippet } from "./snippet";
import type { Languages } from "./view";

type Limit = Schemas["LimitJson"];

const text = (part: "stdin" | "args" | "packages" | "outputs") => ({
  value: snippet.value[part],
  onInput: (event: { currentTarget: { value: string } }) => change({ [part]: event.currentTarget.value }),
});

function Input() {
  return (
    <div class="fields">
      <Field label="Standard input">{(about) => <textarea {...about} rows={3} {...text("stdin")} />}</Field>
      <Field label="Arguments" hint="Words with spaces between them; quotes hold words together.">{(about) => <input {...about} {...text("args")} />}</Field>
    </div>
  );
}

const add = (more: File[]) => { files.value = [...files.peek().filter((one) => !more.some((it) => it.name === one.name)), ...more]; };

function Files() {
  return (
    <div class="fields" {...dropped(add)}>
      <Field label="Files of yours" hint="They lie in /work when the program starts. Drop them here, or choose them.">
        {(about) => <input {...about} type="file" multiple onChange={(event) => { add([...(event.currentTarget.files ?? [])]); event.currentTarget.value = ""; }} />}
      </Field>
      {files.value.length > 0 && (
        <ul class="chips">{files.value.map((file) => (
          <li><code>{file.name}</code> <span class="quiet">{bytes(file.size)}</span>
            <Button aria-label={`Leave out ${file.name}`} act={() => { files.value = files.peek().filter((one) => one !== file); }}>×</Button></li>
        ))}</ul>
      )}
      <Field label="Files wanted back" hint="Paths or patterns such as *.csv; nothing means every file that the program makes.">{(about) => <input {...about} placeholder="**/*" {...text("outputs")} />}</Field>
    </div>
  );
}

function Where() {
  const it = snippet.value;
  return (
    <div class="fields">
      <Field label="Packages" hint="Such as six==1.16 of pip or lodash@4 of npm. They are installed into an image first, and the run takes a container.">
        {(about) => <input {...about} {...text("packages")} />}
      </Field>
      <Field label="Where it runs" hint="A cell starts in about a millisecond; a container has the whole language.">
        {(about) => (
          <select {...about} value={it.backend} onChange={(event) => change({ backend: event.currentTarget.value as Snippet["backend"] })}>
            <option value="auto">What fits</option><option value="wasm">A cell</option><option value="container">A container</option>
          </select>
        )}
      </Field>
      <label class="check"><input type="checkbox" checked={it.network} onChange={(event) => change({ network: event.currentTarget.checked })} /> Let a container reach the network</label>
    </div>
  );
}

/** A value of a limit in words. */
export function amount(name: string, value: number): string {
  if (name.endsWith("_ms")) return duration(value);
  if (name.endsWith("_mib")) return bytes(value * 1024 * 1024);
  return name.endsWith("_bytes") ? bytes(value) : count(value);
}

function limited(name: string, typed: string): void {
  const { [name]: _, ...others } = snippet.peek().limits;
  change({ limits: typed === "" ? others : { ...others, [name]: Number(typed) } });
}

function Limits({ limits }: { limits: Limit[] }) {
  return (
    <div class="fields columns">
      {limits.map((limit) => {
        const now = snippet.value.limits[limit.name];
        const wrong = now !== undefined && (now < limit.minimum || now > limit.ceiling);
        const error = wrong ? `${limit.minimum.toLocaleString("en")} to ${limit.ceiling.toLocaleString("en")} are granted.` : null;
        return (
          <Field label={<code>{limit.name}</code>} error={error} hint={`${amount(limit.name, limit.default)}; at most ${amount(limit.name, limit.ceiling)}`}>
            {(about) => <input {...about} type="number" min={limit.minimum} max={limit.ceiling} placeholder={String(limit.default)}
              value={now ?? ""} onInput={(event) => limited(limit.name, event.currentTarget.value)} />}
          </Field>
        );
      })}
    </div>
  );
}

function Options({ options }: { options: Schemas["OptionInfo"][] }) {
  const set = (name: string, value: string) => {
    const { [name]: _, ...others } = snippet.peek().options;
    change({ options: value === "" ? others : { ...others, [name]: value } });
  };
  return (
    <div class="fields columns">
      {options.map((option) => (
        <Field label={option.name} hint={option.summary}>
          {(about) => (
            <select {...about} value={snippet.value.options[option.name] ?? ""} onChange={(event) => set(option.name, event.currentTarget.value)}>
              <option value="">{option.default} (usual)</option>
              {option.values.map((value) => <option value={value}>{value}</option>)}
            </select>
          )}
        </Field>
      ))}
    </div>
  );
}

export function Inputs({ languages, limits }: { languages: Languages | undefined; limits: Limit[] }) {
  const it = snippet.value;
  const options = languages?.runtimes.find((one) => one.name === it.runtime.split("@")[0])?.options ?? [];
  const mark = (label: string, amount_: number | boolean) => <>{label}{amount_ ? <span class="dot" aria-label=", set" role="img" /> : null}</>;
  const tabs = [
    { name: "input", label: mark("Input", it.stdin !== "" || it.args !== ""), body: () => <Input /> },
    { name: "files", label: mark("Files", files.value.length || it.outputs !== ""), body: () => <Files /> },
    { name: "packages", label: mark("Packages", it.packages !== "" || it.network), body: () => <Where /> },
    { name: "limits", label: mark("Limits", Object.keys(it.limits).length), body: () => <Limits limits={limits} /> },
    ...(options.length > 0 ? [{ name: "options", label: mark("Options", Object.keys(it.options).length), body: () => <Options options={options} /> }] : []),
  ];
  return <Tabs label="What goes in" tabs={tabs} class="inputs" />;
}
