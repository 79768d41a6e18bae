// A file that a stranger made, looked at: a picture, a table, a tree, text, or a page in a frame without rights.
//
// Owns the choice by media type and the bounds on what is drawn. An SVG is drawn as a picture, where no script of it runs; a page
// is drawn in a frame that may nothing: no scripts, no forms, no origin of its own.

import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { JsonTree } from "./json";

export interface ShownFile { path: string; mediaType: string; text: string | null; bytes: Uint8Array<ArrayBuffer> }

const MOST_ROWS = 200;
const MOST_COLUMNS = 40;
const MOST_TEXT = 200_000;

type Kind = "picture" | "table" | "tree" | "page" | "text" | "none";

export function kindOf(path: string, mediaType: string): Kind {
  const [type, ending] = [mediaType.split(";")[0] ?? "", path.toLowerCase().split(".").pop() ?? ""];
  if (/^image\/(png|jpeg|gif|webp|svg\+xml|bmp|avif)$/.test(type)) return "picture";
  if (type === "text/html" || ending === "html" || ending === "htm") return "page";
  if (type === "text/csv" || ending === "csv" || ending === "tsv") return "table";
  if (type === "application/json" || ending === "json" || ending === "geojson") return "tree";
  return type.startsWith("text/") || /^application\/(xml|javascript|x-sh|toml|yaml)/.test(type) ? "text" : "none";
}

export function Preview({ file }: { file: ShownFile }) {
  const kind = kindOf(file.path, file.mediaType);
  if (kind === "picture") return <Picture file={file} />;
  if (file.text === null) return <p class="quiet">There is no preview of {file.mediaType}: download it to look at it.</p>;
  if (kind === "page") return <Page text={file.text} path={file.path} />;
  if (kind === "table") return <Table text={file.text} separator={file.path.toLowerCase().endsWith(".tsv") ? "\t" : ","} path={file.path} />;
  if (kind === "tree") return <JsonTree text={file.text} />;
  return <Text text={file.text} path={file.path} />;
}

function Picture({ file }: { file: ShownFile }) {
  const source = useSignal("");
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([file.bytes], { type: file.mediaType }));
    source.value = address;
    return () => URL.revokeObjectURL(address);
  }, [file]);
  return source.value ? <img class="picture" src={source.value} alt={`The file ${file.path}`} /> : null;
}

/** A page of a stranger: `sandbox` without a word gives it no scripts, and our policy goes for it too. */
function Page({ text, path }: { text: string; path: string }) {
  return (
    <>
      <iframe class="page" sandbox="" srcdoc={text} title={`The page ${path}`} referrerpolicy="no-referrer" tabIndex={-1} />
      <p class="quiet">Its scripts and its own styles are off, and it reaches no network.</p>
    </>
  );
}

function Text({ text, path }: { text: string; path: string }) {
  const cut = text.length > MOST_TEXT;
  return (
    <>
      <pre class="text" tabIndex={0} aria-label={path}>{cut ? text.slice(0, MOST_TEXT) : text}</pre>
      {cut && <p class="quiet">The first {MOST_TEXT.toLocaleString("en")} characters: download it for the rest.</p>}
    </>
  );
}

/** Reads separated values: quotes, doubled quotes and line breaks inside of them. */
export function rowsOf(text: string, separator: string, most: number): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], "", false];
  for (let at = 0; at < text.length && rows.length < most; at++) {
    const letter = text[at] ?? "";
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[at++];
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === separator) { row.push(cell); cell = ""; }
    else if (letter === "\n") { row.push(cell); rows.push(row); [row, cell] = [[], ""]; }
    else if (letter !== "\r") cell += letter;
  }
  if (rows.length < most && (cell !== "" || row.length > 0)) rows.push([...row, cell]);
  return rows;
}

function Table({ text, separator, path }: { text: string; separator: string; path: string }) {
  const rows = rowsOf(text, separator, MOST_ROWS + 2);
  const [head = [], ...body] = rows;
  const cut = body.length > MOST_ROWS || head.length > MOST_COLUMNS;
  const cells = (row: string[]) => row.slice(0, MOST_COLUMNS);
  const number = (cell: string) => cell !== "" && !Number.isNaN(Number(cell));
  return (
    <>
      <div class="table-frame" tabIndex={0} role="region" aria-label={path}>
        <table>
          <thead><tr>{cells(head).map((cell) => <th scope="col">{cell}</th>)}</tr></thead>
          <tbody>{body.slice(0, MOST_ROWS).map((row) => <tr>{cells(row).map((cell) => <td class={number(cell) ? "number" : ""}>{cell}</td>)}</tr>)}</tbody>
        </table>
      </div>
      {cut && <p class="quiet">At most {MOST_ROWS} rows and {MOST_COLUMNS} columns are shown: download it for the rest.</p>}
    </>
  );
}
