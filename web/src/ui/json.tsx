// JSON as a tree that opens where one looks.
//
// Owns the bound on children that are drawn. A text that is no JSON is shown as it is.

import { useSignal } from "@preact/signals";

const MOST = 200;

export function JsonTree({ text }: { text: string }) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return <pre class="text" tabIndex={0} aria-label="JSON">{text}</pre>;
  }
  return <div class="tree"><Node name={null} value={value} open /></div>;
}

function Node({ name, value, open = false }: { name: string | null; value: unknown; open?: boolean }) {
  const shown = useSignal(open);
  const label = name === null ? null : <span class="key">{name}: </span>;
  if (value === null || typeof value !== "object") return <div class="leaf">{label}<span class={`v-${typeof value}`}>{JSON.stringify(value)}</span></div>;
  const entries = Object.entries(value);
  const words = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <details open={shown.value} onToggle={(event) => { shown.value = event.currentTarget.open; }}>
      <summary>{label}<span class="quiet">{words}</span></summary>
      {shown.value && entries.slice(0, MOST).map(([key, child]) => <Node name={key} value={child} />)}
      {shown.value && entries.length > MOST && <p class="quiet">{entries.length - MOST} more</p>}
    </details>
  );
}
