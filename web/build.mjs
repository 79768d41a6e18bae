// Makes `dist`: the page's files with hashed names, each also compressed, and the list of them (`files.txt`).
//
// Owns the order: packages, types of the API, types of the page, bundle, compression. Nothing is done where nothing changed.
// `--packages` fetches those of the tests alone; `--force` bundles in any case.
// Exit codes: 0 the bundle is there, 1 the code does not build, 3 the packages cannot be had.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const web = dirname(fileURLToPath(import.meta.url));
process.chdir(web);
const NO_PACKAGES = 3;
const API = "../tests/it/http/snapshots/it__http__document__openapi.snap";
const MEDIA = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };

const say = (text) => process.stderr.write(`web: ${text}\n`);
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

function filesBelow(folder) {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Everything that the bundle depends on, as one digest. */
function inputs() {
  const files = [...filesBelow("src"), "build.mjs", "package.json", "package-lock.json", "tsconfig.json", API];
  return digest(files.map((file) => `${file} ${digest(readFileSync(file))}`).join("\n"));
}

/** Installs the packages of the lock, if those that are there are of another one. Those of the tests come only where they are asked for. */
function install(withTests) {
  const stamp = "node_modules/.runcell-lock";
  const lock = digest(readFileSync("package-lock.json"));
  const there = existsSync(stamp) ? readFileSync(stamp, "utf8").split(" ") : [];
  if (there[0] === lock && (!withTests || there[1] === "tests")) return;
  say("fetching packages (npm ci)");
  const all = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", ...(withTests || there[1] === "tests" ? [] : ["--omit=dev"])];
  const npm = spawnSync("npm", all, { stdio: ["ignore", 2, 2] });
  if (npm.status !== 0) {
    say(npm.error ? `npm cannot be started: ${npm.error.message}` : "npm could not fetch the packages");
    process.exit(NO_PACKAGES);
  }
  writeFileSync(stamp, all.includes("--omit=dev") ? lock : `${lock} tests`);
}

/** Writes the types of the API, from the description that the server's tests keep. */
async function types() {
  say("types of the API");
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  const text = readFileSync(API, "utf8");
  const document = JSON.parse(text.slice(text.indexOf("\n---\n", 4) + 5));
  mkdirSync("gen", { recursive: true });
  writeFileSync("gen/api.d.ts", astToString(await openapiTS(document, { defaultNonNullable: false })));
}

function check() {
  say("checking types");
  const checked = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"], { stdio: ["ignore", 2, 2] });
  if (checked.status !== 0) process.exit(1);
}

async function bundle(out) {
  say("bundling");
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: { app: "src/main.tsx" },
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: join(out, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    metafile: true,
    logLevel: "warning",
  }).catch(() => process.exit(1));
  return result.metafile;
}

/** The page itself: it names the entry, its style, and what the entry loads at once. */
function page(out, metafile) {
  const [entry, made] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === "src/main.tsx");
  const name = (path) => `/assets/${path.split("/").pop()}`;
  const icon = readFileSync("src/icon.svg");
  const iconName = `icon-${digest(icon).slice(0, 8).toUpperCase()}.svg`;
  writeFileSync(join(out, "assets", iconName), icon);
  const early = made.imports.filter((one) => one.kind === "import-statement").map((one) => name(one.path));
  const html = readFileSync("src/index.html", "utf8")
    .replace("ICON", `/assets/${iconName}`)
    .replace("STYLE", name(made.cssBundle))
    .replace("ENTRY", name(entry))
    .replace("<!-- EARLY -->", early.map((path) => `<link rel="modulepreload" href="${path}">`).join(""));
  writeFileSync(join(out, "index.html"), html);
  return ["index.html", name(entry).slice(1), name(made.cssBundle).slice(1), ...early.map((path) => path.slice(1))];
}

function compress(out, first) {
  const lines = [];
  let [all, early] = [0, 0];
  for (const path of filesBelow(out)) {
    const name = path.slice(out.length + 1);
    const bytes = readFileSync(path);
    const gzip = gzipSync(bytes, { level: 9 });
    writeFileSync(`${path}.gz`, gzip);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    lines.push([name, MEDIA[name.split(".").pop()], digest(bytes).slice(0, 16), gzip.length].join("\t"));
    all += gzip.length;
    if (first.includes(name)) early += gzip.length;
  }
  say(`${(all / 1000).toFixed(1)} kB compressed (gzip), ${(early / 1000).toFixed(1)} kB of it at first`);
  writeFileSync(join(out, "sizes.json"), JSON.stringify({ all, early, first }));
  writeFileSync(join(out, "files.txt"), `${lines.join("\n")}\n`);
}

if (process.argv.includes("--packages")) {
  install(true);
  process.exit(0);
}
const wanted = inputs();
const stamp = "dist/inputs.txt";
if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && !process.argv.includes("--force")) {
  say("dist is up to date");
  process.exit(0);
}
install(false);
await types();
check();
// Another build may be at it at the same time: each has a folder of its own, and whole folders change places.
const [made, before] = [`dist.new-${process.pid}`, `dist.old-${process.pid}`];
mkdirSync(`${made}/assets`, { recursive: true });
const metafile = await bundle(made);
compress(made, page(made, metafile));
writeFileSync(`${made}/inputs.txt`, wanted);
if (existsSync("dist")) renameSync("dist", before);
renameSync(made, "dist");
rmSync(before, { recursive: true, force: true });
