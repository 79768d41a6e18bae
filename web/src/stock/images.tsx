// The view Images: packages into an image, and the images that were made.

import { useSignal } from "@preact/signals";
import { get, post, remove, type Problem, type Schemas } from "../api/client";
import { useLoad } from "../state/load";
import { may } from "../state/session";
import { Confirm } from "../ui/dialog";
import { Button, Copy, Empty, Field, Head, ProblemBox, Reading, Progress } from "../ui/kit";
import { bytes } from "../ui/words";
import { make, making } from "./making";

const NAME = "a new image";

export function ImagesView() {
  const read = useLoad((signal) => get("/api/images", { signal }));
  const languages = useLoad((signal) => get("/api/runtimes", { signal }));
  const failed = useSignal<Problem | null>(null);
  const list = read.value.value;
  const prune = async () => {
    await post("/api/images/prune", { body: { own: true } });
    await read.again();
  };
  return (
    <div class="page">
      <Head title="Images" about="Container images that were made here, with packages in them.">
        {may("admin") && list && list.images.length > 0 && <Confirm label="Remove unused" title="Remove images that were made here?" act={prune}>Those that a container uses stay. The next run with the same packages makes its image anew.</Confirm>}
      </Head>
      <ProblemBox problem={read.problem.value ?? failed.value} retry={read.problem.value ? read.again : undefined} />
      <Reading of={read} />
      {may("runner") && <Make languages={languages.value.value?.container_languages ?? []} again={read.again} />}
      {list && list.images.length === 0 && <Empty title="No images yet">Choose a language and name packages above. The image is made once, and every run with the same packages starts from it.</Empty>}
      <ul class="plain rows">
        {list?.images.map((image) => (
          <li key={image.id}>
            <div class="row-head"><strong class="clip">{image.tags[0] ?? image.id.slice(0, 19)}</strong><span class="quiet">{bytes(image.bytes)}</span><span class="space" />
              <Copy text={image.tags[0] ?? image.id} label="Copy the name" />
              {may("admin") && <Confirm label="Remove" title="Remove this image?" act={async () => { await remove("/api/images/{id}", { path: { id: image.id } }); await read.again(); }} />}</div>
            <p class="quiet">{image.content}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Make({ languages, again }: { languages: Schemas["ContainerLanguageJson"][]; again: () => Promise<void> }) {
  const [runtime, packages] = [useSignal("python"), useSignal("")];
  const failed = useSignal<Problem | null>(null);
  const log = useSignal<string[] | null>(null);
  const step = making.value[NAME];
  const begin = async () => {
    const wanted = packages.value.split(/[\s,]+/).filter(Boolean);
    const made = await make<Schemas["ImageJson"]>(NAME, "/api/images/create", { runtimes: [runtime.value], packages: wanted });
    log.value = made.build_logs;
    packages.value = "";
    await again();
  };
  return (
    <form class="fields boxed" onSubmit={(event) => event.preventDefault()}>
      <div class="columns">
        <Field label="Language">{(about) => <select {...about} value={runtime.value} onChange={(event) => { runtime.value = event.currentTarget.value; }}>{languages.map((one) => <option value={one.name}>{one.title}</option>)}</select>}</Field>
        <Field label="Packages" hint="Such as requests==2.32 or lodash@4; spaces between.">{(about) => <input {...about} value={packages.value} onInput={(event) => { packages.value = event.currentTarget.value; }} />}</Field>
      </div>
      {step && <Progress words={step.step} percent={step.percent} />}
      <ProblemBox problem={failed.value} />
      <div class="actions"><Button kind="main" type="submit" act={begin} disabled={step !== undefined} failed={(it) => { failed.value = it; }}>Make an image</Button></div>
      {log.value && <details open><summary>What was done</summary><pre class="text" tabIndex={0} aria-label="What was done">{log.value.join("\n")}</pre></details>}
    </form>
  );
}
