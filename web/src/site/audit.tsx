// The view Audit: who did what, with filters.

import { useSignal } from "@preact/signals";
import { get, type Schemas } from "../api/client";
import { usePages } from "../state/pages";
import { Empty, Head, ProblemBox, State, Time } from "../ui/kit";
import { VirtualList } from "../ui/list";

type Line = Schemas["AuditJson"];
const SPANS: [string, number][] = [["the last hour", 3_600_000], ["the last day", 86_400_000], ["the last week", 604_800_000]];

function Row({ line }: { line: Line }) {
  return (
    <div class="row audit" title={`${line.detail} ${line.request_id ?? ""}`.trim()}>
      <Time at={line.at} />
      <span class="strong clip">{line.user}</span>
      <span class="clip">{line.operation} <span class="quiet">{line.object}</span></span>
      <State of={line.end} />
      <span class="wide quiet clip">{[line.face, line.address, line.detail].filter(Boolean).join(" · ")}</span>
    </div>
  );
}

export function AuditView() {
  const [user, operation, span] = [useSignal(""), useSignal(""), useSignal("")];
  const pages = usePages<Line>(async (cursor, signal) => {
    const since_ms = span.value === "" ? undefined : Date.now() - Number(span.value);
    const list = await get("/api/audit", { query: { limit: 200, cursor, user: user.value.trim(), operation: operation.value.trim(), since_ms }, signal });
    return { items: list.lines, next: list.next ?? null };
  }, (line) => line.id, [user.value, operation.value, span.value]);
  return (
    <div class="page">
      <Head title="Audit" about="Every attempt to change something, the newest first." />
      <div class="filters">
        <label>User <input type="search" value={user.value} onInput={(event) => { user.value = event.currentTarget.value; }} /></label>
        <label>Operation <input type="search" value={operation.value} placeholder="such as jobs.submit" onInput={(event) => { operation.value = event.currentTarget.value; }} /></label>
        <label>When <select value={span.value} onChange={(event) => { span.value = event.currentTarget.value; }}>
          <option value="">any time</option>{SPANS.map(([words, ms]) => <option value={ms}>{words}</option>)}
        </select></label>
      </div>
      <ProblemBox problem={pages.problem.value} retry={pages.again} />
      {pages.done.value && pages.items.value.length === 0
        ? <Empty title="No such lines">Loosen the filters: names are taken whole.</Empty>
        : <VirtualList label="Audit" items={pages.items.value} height={44} keyOf={(line) => line.id} more={pages.more} row={(line) => <Row line={line} />} />}
    </div>
  );
}
