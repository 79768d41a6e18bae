// Tools: the list with a search, and one tool with its description, its form and its call.

import { useSignal } from "@preact/signals";
import { get, type Schemas } from "../api/client";
import { useLoad } from "../state/load";
import { link, route } from "../state/route";
import { may } from "../state/session";
import { Copy, Empty, Head, ProblemBox, Reading } from "../ui/kit";
import { Markdown, Outside } from "../ui/markdown";
import { ToolForm } from "./form";

export type Tool = Schemas["ToolJson"];

export function ToolsView() {
  return route.value.rest === "" ? <List /> : <One slug={route.value.rest} />;
}

/** Markdown as the words that it shows. */
const unmarked = (text: string) => text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/^#+ |[*`]+/gm, "");

function List() {
  const filter = useSignal("");
  const read = useLoad((signal) => get("/api/specs", { signal }));
  const list = read.value.value;
  const text = filter.value.toLowerCase();
  const holds = (tool: Tool) => `${tool.slug} ${tool.title} ${tool.description ?? ""}`.toLowerCase().includes(text);
  const tools = list?.tools.filter(holds) ?? [];
  return (
    <div class="page">
      <Head title="Tools" about="Programs in container images that describe themselves.">
        {may("runner") && <a class="button" href={link("command")}>Run a command</a>}
      </Head>
      <ProblemBox problem={read.problem.value} retry={read.again} />
      <Reading of={read} words="Looking for tools in the images of this machine." />
      {list && list.tools.length > 0 && <div class="filters"><label>Search <input type="search" value={filter.value} onInput={(event) => { filter.value = event.currentTarget.value; }} /></label></div>}
      {list && list.tools.length === 0 && <Empty title="No tools yet">Put an image with a <code>/src/tool.yml</code> on the machine of the server (<code>docker pull</code> or <code>docker build</code>): its tools are found by themselves. Without one, a <a href={link("command")}>command</a> can run in any image.</Empty>}
      <ul class="cards">
        {tools.map((tool) => (
          <li><a class="card" href={link("tools", tool.slug)}><h2>{tool.title}</h2><p class="clamp">{tool.description ? unmarked(tool.description) : "It has no description."}</p><code class="quiet">{tool.slug}</code></a></li>
        ))}
      </ul>
      {list && list.broken.length > 0 && (
        <section><h2>Broken</h2><ul class="plain">{list.broken.map((one) => <li><code>{one.slug}</code><ul>{one.errors.map((error) => <li class="wrong">{error}</li>)}</ul></li>)}</ul></section>
      )}
    </div>
  );
}

function One({ slug }: { slug: string }) {
  const from = Number(route.value.query.get("from") ?? 0);
  const read = useLoad(async (signal) => {
    const [tool, job] = await Promise.all([
      get("/api/specs/{slug}", { path: { slug }, signal }),
      from > 0 ? get("/api/jobs/{id}", { path: { id: from }, signal }) : undefined,
    ]);
    return { tool, job };
  }, [slug, from]);
  const it = read.value.value;
  if (!it) return <div class="page"><ProblemBox problem={read.problem.value} retry={read.again} /></div>;
  const { tool, job } = it;
  return (
    <div class="page">
      <Head title={tool.title} about={<code>{tool.slug}</code>}>{tool.version && <span class="quiet">version {tool.version}</span>}</Head>
      <div class="beside">
        <ToolForm key={slug} tool={tool} from={job} />
        <aside>
          {tool.description && <Markdown text={tool.description} />}
          {(tool.warnings ?? []).map((one) => <p class="notice">{one}</p>)}
          {tool.citation && <Citation it={tool.citation as Cited} />}
        </aside>
      </div>
    </div>
  );
}

interface Cited { title?: string; authors?: { name: string }[]; version?: string; doi?: string; license?: string; url?: string }

function Citation({ it }: { it: Cited }) {
  const authors = (it.authors ?? []).map((one) => one.name).join(", ");
  const text = [authors, it.title, it.version && `version ${it.version}`, it.doi && `doi:${it.doi}`].filter(Boolean).join(". ");
  return (
    <section class="citation">
      <h2>Cite it</h2>
      <p>{text}{it.license && <span class="quiet"> ({it.license})</span>}</p>
      <p>{it.url && <Outside href={it.url}>{it.url}</Outside>}</p>
      <Copy text={text} label="Copy the citation" />
    </section>
  );
}
