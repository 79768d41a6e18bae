// The results of a job: a list, each looked at in place or saved, all of them as a zip.

import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { address, get, problem, send, type Problem, type Schemas } from "../api/client";
import { useLoad } from "../state/load";
import { Download } from "../ui/download";
import { Empty, ProblemBox } from "../ui/kit";
import { kindOf, Preview, type ShownFile } from "../ui/preview";
import { bytes } from "../ui/words";
import type { Job } from "./list";

/** The largest file that is looked at in place, in bytes. */
const MOST = 8 << 20;

type ResultFile = Schemas["ResultJson"];

export function Results({ job }: { job: Job }) {
  const read = useLoad((signal) => get("/api/jobs/{id}/results", { path: { id: job.id }, signal }), [job.id]);
  const list = read.value.value;
  const failed = useSignal<Problem | null>(null);
  const zip = address("/api/jobs/{id}/results.zip", { id: job.id });
  if (list && list.files.length === 0) return <Empty title="No results">{job.status === "running" || job.status === "pending" ? "Results show when the job has ended." : "The job left no files in /out."}</Empty>;
  return (
    <div class="pad files">
      <ProblemBox problem={read.problem.value ?? failed.value} retry={read.again} />
      {list && <div class="filters"><span class="quiet">{list.files.length} files, {bytes(list.summary.total_size)}{list.truncated && "; the list was cut"}</span><span class="space" /><Download url={zip} name={`job-${job.id}-results.zip`} label="Download all (zip)" failed={(it) => { failed.value = it; }} /></div>}
      {list?.files.map((file) => <One key={file.path} id={job.id} file={file} />)}
    </div>
  );
}

function One({ id, file }: { id: number; file: ResultFile }) {
  const open = useSignal(false);
  const failed = useSignal<Problem | null>(null);
  const url = address("/api/jobs/{id}/results/{path}", { id, path: file.path });
  return (
    <details class="file" open={open.value} onToggle={(event) => { open.value = event.currentTarget.open; }}>
      <summary><code>{file.path}</code> <span class="quiet">{bytes(file.size)}</span></summary>
      {open.value && (
        <>
          <Look url={url} file={file} />
          <ProblemBox problem={failed.value} />
          <Download url={url} name={file.name} label={`Download ${file.name}`} failed={(it) => { failed.value = it; }} />
        </>
      )}
    </details>
  );
}

/** The file itself, where it is small and can be shown. */
function Look({ url, file }: { url: string; file: ResultFile }) {
  const [shown, failed] = [useSignal<ShownFile | null>(null), useSignal<Problem | null>(null)];
  const kind = kindOf(file.path, file.media_type);
  const small = file.size <= MOST;
  useEffect(() => {
    if (!small) return;
    const stop = new AbortController();
    const read = async () => {
      const bytes_ = new Uint8Array(await (await send(url, { signal: stop.signal })).arrayBuffer());
      shown.value = { path: file.path, mediaType: file.media_type, text: textOf(bytes_), bytes: bytes_ };
    };
    read().catch((error) => { if (!stop.signal.aborted) failed.value = problem(error); });
    return () => stop.abort();
  }, [url]);
  if (!small) return <p class="quiet">It is {bytes(file.size)}: download it to look at it.</p>;
  if (shown.value && kind === "none" && shown.value.text !== null) return <pre class="text" tabIndex={0} aria-label={file.path}>{shown.value.text.slice(0, 200_000)}</pre>;
  return <><ProblemBox problem={failed.value} />{shown.value && <Preview file={shown.value} />}</>;
}

function textOf(bytes_: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes_);
  } catch {
    return null;
  }
}
