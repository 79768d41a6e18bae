// The view Files: what was uploaded, how much room is left, uploading and removing.

import { useSignal } from "@preact/signals";
import { address, get, problem, remove, type Problem, type Schemas } from "../api/client";
import { useLoad } from "../state/load";
import { may } from "../state/session";
import { Confirm } from "../ui/dialog";
import { Download } from "../ui/download";
import { dropped } from "../ui/file";
import { Bar, Copy, Empty, Head, ProblemBox, Reading, Progress, Time } from "../ui/kit";
import { VirtualList } from "../ui/list";
import { bytes, count } from "../ui/words";
import { uploadOne } from "./upload";

interface Going { name: string; part: number }

export function FilesView() {
  const read = useLoad(async (signal) => {
    const [list, stats] = await Promise.all([get("/api/files", { signal }), get("/api/files/stats", { signal })]);
    return { list, stats };
  });
  const going = useSignal<Going[]>([]);
  const failed = useSignal<Problem | null>(null);
  const filter = useSignal("");
  const send = async (files: File[]) => {
    failed.value = null;
    for (const file of files) {
      const set = (part: number) => { going.value = [...going.peek().filter((one) => one.name !== file.name), { name: file.name, part }]; };
      set(0);
      try {
        await uploadOne(file, set);
      } catch (error) {
        failed.value = problem(error);
      }
      going.value = going.peek().filter((one) => one.name !== file.name);
    }
    await read.again();
  };
  const it = read.value.value;
  const files = (it?.list.files ?? []).filter((file) => file.filename.toLowerCase().includes(filter.value.toLowerCase()));
  const choose = (event: { currentTarget: HTMLInputElement }) => {
    void send([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = "";
  };
  return (
    <div class="page" {...(may("runner") ? dropped((all) => void send(all)) : {})}>
      <Head title="Files" about="Uploaded files, for jobs and runs. Drop some anywhere on this page.">
        {may("runner") && <label class="button main">Upload<input type="file" class="hidden" multiple onChange={choose} /></label>}
      </Head>
      <ProblemBox problem={failed.value ?? read.problem.value} retry={read.problem.value ? read.again : undefined} />
      <Reading of={read} />
      {going.value.map((one) => <Progress key={one.name} words={`Uploading ${one.name}`} percent={Math.round(one.part * 100)} />)}
      {it && (
        <div class="usage two">
          <Bar label="room" part={it.stats.bytes / it.stats.max_bytes} words={`${bytes(it.stats.bytes)} of ${bytes(it.stats.max_bytes)}`} />
          <Bar label="files" part={it.stats.files / it.stats.max_files} words={`${count(it.stats.files)} of ${count(it.stats.max_files)}`} />
        </div>
      )}
      {it && it.list.files.length > 0 && <div class="filters"><label>Search <input type="search" value={filter.value} onInput={(event) => { filter.value = event.currentTarget.value; }} /></label></div>}
      {it && it.list.files.length === 0
        ? <Empty title="No files yet">Upload data for a tool, or a program to run. A file may have up to {bytes(it.stats.max_file_bytes)}.</Empty>
        : <VirtualList label="Files" items={files} height={48} keyOf={(file) => file.file_id} row={(file) => <Row file={file} again={read.again} />} />}
    </div>
  );
}

function Row({ file, again }: { file: Schemas["UploadJson"]; again: () => Promise<void> }) {
  const gone = async () => {
    await remove("/api/files/{id}", { path: { id: file.file_id } });
    await again();
  };
  return (
    <div class="row stored">
      <span class="strong clip" title={file.filename}>{file.filename}</span>
      <span>{bytes(file.bytes)}</span>
      <span class="wide quiet clip">{file.media_type}</span>
      <span class="wide"><Time at={file.created_ms} /></span>
      <span class="actions">
        <span class="wide"><Copy text={file.file_id} label="Copy the id" /></span>
        <Download url={address("/api/files/{id}/content", { id: file.file_id })} name={file.filename} label="Download" />
        {may("runner") && <Confirm label="Remove" title={`Remove ${file.filename}?`} act={gone}>Jobs that were submitted with it keep their copy.</Confirm>}
      </span>
    </div>
  );
}
