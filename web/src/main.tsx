// The page: who is logged in, the way between views, and the view that the address names.
//
// In reading order: `state` (session, address, what is remembered), `api` (requests and streams), `ui` (parts that views share),
// then a folder for each group of views: `run`, `job`, `stock`, `site`. Nothing here knows the server but `api`.

import { render, type FunctionComponent } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import "./style/base.css";
import "./style/part.css";
import "./style/view.css";
import { restore } from "./run/snippet";
import { RunView } from "./run/view";
import { RunsView } from "./run/record";
import { away, watch } from "./state/events";
import { link, route } from "./state/route";
import { inMemory, may, me, start, type Role } from "./state/session";
import { LoginView, Mark } from "./site/login";

const late = (load: () => Promise<FunctionComponent>) => lazy(() => load().then((view) => ({ default: view })));

interface View { name: string; title: string; role: Role; body: FunctionComponent; hidden?: boolean }
interface Group { title: string; views: View[] }

/** The views in their groups. Sessions belong after runs; instances, builds and backups are a group of their own to come. */
const GROUPS: Group[] = [
  { title: "Code", views: [
    { name: "run", title: "Run", role: "viewer", body: RunView },
    { name: "runs", title: "Runs", role: "viewer", body: RunsView },
  ] },
  { title: "Work", views: [
    { name: "tools", title: "Tools", role: "viewer", body: late(() => import("./job/tools").then((it) => it.ToolsView)) },
    { name: "command", title: "Command", role: "runner", body: late(() => import("./job/form").then((it) => it.CommandView)), hidden: true },
    { name: "jobs", title: "Jobs", role: "viewer", body: late(() => import("./job/view").then((it) => it.JobsView)) },
  ] },
  { title: "Stock", views: [
    { name: "files", title: "Files", role: "viewer", body: late(() => import("./stock/files").then((it) => it.FilesView)) },
    { name: "runtimes", title: "Runtimes", role: "viewer", body: late(() => import("./stock/runtimes").then((it) => it.RuntimesView)) },
    { name: "images", title: "Images", role: "viewer", body: late(() => import("./stock/images").then((it) => it.ImagesView)) },
  ] },
  { title: "Site", views: [
    { name: "system", title: "System", role: "viewer", body: late(() => import("./site/system").then((it) => it.SystemView)) },
    { name: "audit", title: "Audit", role: "admin", body: late(() => import("./site/audit").then((it) => it.AuditView)) },
    { name: "people", title: "People", role: "admin", body: late(() => import("./site/people").then((it) => it.PeopleView)) },
    { name: "profile", title: "Profile", role: "viewer", body: late(() => import("./site/profile").then((it) => it.ProfileView)), hidden: true },
  ] },
];

function Way({ now }: { now: string }) {
  // On a narrow page the way is longer than the window. `scrollIntoView` would also move the place where Tab begins.
  useEffect(() => {
    const [side, current] = [document.querySelector<HTMLElement>(".side"), document.querySelector<HTMLElement>(".side [aria-current=page]")];
    if (side && current) side.scrollLeft += current.getBoundingClientRect().left - (side.clientWidth - current.offsetWidth) / 2;
  }, [now]);
  return (
    <nav aria-label="Views">
      {GROUPS.map((group) => (
        <div class="group">
          <span class="group-title" aria-hidden="true">{group.title}</span>
          <ul>
            {group.views.filter((view) => !view.hidden && may(view.role)).map((view) => (
              <li><a href={link(view.name)} aria-current={view.name === now ? "page" : undefined}>{view.title}</a></li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Nowhere() {
  return <div class="page"><h1>There is nothing here</h1><p>The address names no view that you may see. <a href={link("run")}>Run something</a> instead.</p></div>;
}

function Frame() {
  const views = GROUPS.flatMap((group) => group.views);
  const view = views.find((one) => one.name === route.value.view && may(one.role));
  const title = view?.title ?? "Nowhere";
  useEffect(() => { document.title = `${title} · runcell`; }, [title]);
  const Body = view?.body ?? Nowhere;
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={skip}>Skip to the content</a>
      <header class="side">
        <a class="brand" href={link("run")}><Mark /> runcell</a>
        <Way now={route.value.view} />
        <a class="who" href={link("profile")} aria-current={route.value.view === "profile" ? "page" : undefined}><strong>{me.value?.name}</strong><span>{me.value?.tenant}</span></a>
      </header>
      <main id="main" tabIndex={-1}>
        {inMemory.value && <p class="notice">This browser does not keep the login for an address without TLS: it ends when the page is closed.</p>}
        {away.value && <p class="notice" role="status">The server does not answer: what is shown may be old. It is tried again by itself.</p>}
        <Suspense fallback={<p class="pad quiet" role="status">Loading…</p>}><Body key={view?.name} /></Suspense>
      </main>
    </div>
  );
}

function Page() {
  const who = me.value;
  useEffect(() => { if (who) restore(); }, [who?.name, who?.tenant]);
  if (who === undefined) return null;
  return who === null ? <LoginView /> : <Frame />;
}

const place = document.getElementById("app");
if (place) render(<Page />, place);
watch();
void start();
