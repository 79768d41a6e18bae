// Markdown as elements. The text is read into tokens, and tokens become elements: no HTML is ever made from it.
//
// Owns which tokens become which elements, and which addresses a link may have. HTML in the text is shown as text; pictures are
// links, as nothing is fetched from elsewhere.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Token, Tokens } from "marked";

export const safeAddress = (text: string): string | null => (/^(https?:|mailto:)/i.test(text) ? text : null);

export function Outside({ href, children }: { href: string; children: ComponentChildren }) {
  const safe = safeAddress(href);
  return safe ? <a href={safe} rel="noreferrer noopener nofollow" target="_blank">{children}</a> : <span>{children}</span>;
}

function plain(text: string): string {
  const names: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (name) => names[name] ?? name);
}

function all(tokens: Token[] | undefined): ComponentChildren {
  return (tokens ?? []).map(one);
}

function one(token: Token): ComponentChildren {
  switch (token.type) {
    case "paragraph": return <p>{all(token.tokens)}</p>;
    case "heading": return <p class="heading"><strong>{all(token.tokens)}</strong></p>;
    case "strong": return <strong>{all(token.tokens)}</strong>;
    case "em": return <em>{all(token.tokens)}</em>;
    case "del": return <del>{all(token.tokens)}</del>;
    case "codespan": return <code>{plain(String(token.text))}</code>;
    case "code": return <pre><code>{String(token.text)}</code></pre>;
    case "blockquote": return <blockquote>{all(token.tokens)}</blockquote>;
    case "br": return <br />;
    case "hr": return <hr />;
    case "space": return null;
    case "link": return <Outside href={String(token.href)}>{all(token.tokens)}</Outside>;
    case "image": return <Outside href={String(token.href)}>{String(token.text || token.href)}</Outside>;
    case "list": return list(token as Tokens.List);
    case "table": return table(token as Tokens.Table);
    case "text": case "escape": return token.type === "text" && token.tokens ? all(token.tokens) : plain(String(token.text));
    default: return String(token.raw);
  }
}

function list(token: Tokens.List): ComponentChildren {
  const items = token.items.map((item) => <li>{all(item.tokens)}</li>);
  return token.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table): ComponentChildren {
  return (
    <table>
      <thead><tr>{token.header.map((cell) => <th>{all(cell.tokens)}</th>)}</tr></thead>
      <tbody>{token.rows.map((row) => <tr>{row.map((cell) => <td>{all(cell.tokens)}</td>)}</tr>)}</tbody>
    </table>
  );
}

export function Markdown({ text }: { text: string }) {
  const read = useSignal<ComponentChildren>(text);
  useEffect(() => {
    let here = true;
    void import("marked").then(({ lexer }) => { if (here) read.value = all(lexer(text, { gfm: true })); });
    return () => { here = false; };
  }, [text]);
  return <div class="markdown">{read.value}</div>;
}
