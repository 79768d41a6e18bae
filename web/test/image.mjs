// The image with tools that the tests submit: busybox, and a `tool.yml` whose texts are hostile.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const IMAGE = "runcell-test-web:1";

const TOOL = `tools:
  wave:
    title: Wave
    version: "1.0"
    description: |
      Makes a **wave** of numbers. See [the docs](https://example.org/docs).

      <img src=x onerror="window.hacked=1"> <script>window.hacked=1</script>

      [a trap](javascript:window.hacked=1) ![picture](https://evil.example/x.png)
    parameters:
      points: {type: integer, min: 1, max: 100, default: 10, description: How many points}
      shape: {type: enum, values: [sine, square], default: sine}
      factor: {type: float, optional: true}
      names: {type: string, array: true, optional: true}
      note: {type: string, description: Needed text}
    data:
      table: {extension: csv, optional: true, description: A table}
  flood: {title: Flood, description: Writes lines as fast as it is asked., parameters: {lines: {type: integer, default: 10000}, seconds: {type: integer, default: 3}}}
  tick: {title: Tick, description: Writes a line each second., parameters: {seconds: {type: integer, default: 8}}}
  nap: {title: Nap}
`;

const RUN = `#!/bin/sh
value() { sed -n "s/.*\\"$1\\": *\\([0-9]*\\).*/\\1/p" /in/inputs.json | head -1; }
case $TOOL_RUN in
  tick) n=0; while [ $n -lt $(value seconds) ]; do n=$((n+1)); echo "tick $n"; sleep 1; done ;;
  flood) n=0; while [ $n -lt $(value seconds) ]; do n=$((n+1)); seq 1 $(value lines); sleep 1; done ;;
  nap) sleep 600 ;;
  *)
    echo 'line <img src=x onerror="window.hacked=1">'
    printf '\\033[31mred\\033[0m\\n'
    echo "to stderr" >&2
    echo 'x,y' > /out/points.csv; echo '1,<b>two</b>' >> /out/points.csv
    echo '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="parent.hacked=1"><script>parent.hacked=1; window.hacked=1</script><circle cx="20" cy="20" r="15" fill="red"/></svg>' > /out/a.svg
    echo '<h1>hello</h1><script>parent.hacked=1; top.hacked=1</script><img src=x onerror="top.hacked=1">' > /out/page.html
    echo '{"a": ["<b>", 1, null]}' > /out/tree.json
    echo 'text' > '/out/<img src=x onerror=hacked=1>.txt'
    ;;
esac
`;

export function build() {
  const folder = mkdtempSync(join(tmpdir(), "runcell-web-image-"));
  try {
    copyFileSync("/bin/busybox", join(folder, "busybox"));
    writeFileSync(join(folder, "tool.yml"), TOOL);
    writeFileSync(join(folder, "run.sh"), RUN);
    writeFileSync(join(folder, "CITATION.cff"), "cff-version: 1.2.0\nmessage: cite it\ntitle: Waves\nauthors:\n  - {given-names: Ada, family-names: Lovelace}\nversion: '1.0'\nurl: https://example.org/waves\n");
    chmodSync(join(folder, "run.sh"), 0o755);
    writeFileSync(join(folder, "Dockerfile"), 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\nENV PATH=/bin\nCOPY tool.yml run.sh CITATION.cff /src/\nCMD ["/src/run.sh"]\n');
    execFileSync("docker", ["build", "-q", "-t", IMAGE, folder], { stdio: ["ignore", "ignore", "inherit"] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return IMAGE;
}
