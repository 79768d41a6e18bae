// The same call for programs: curl, Python and the shell, as texts to copy.

import { Copy } from "../ui/kit";
import { Tabs } from "../ui/tabs";
import type { Submit } from "./form";

/** A text as one word of a shell. */
export const quoted = (text: string) => (/^[\w./:=@,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

export function curl(body: Submit): string {
  return `curl -s ${location.origin}/api/jobs \\\n  -H "Authorization: Bearer $RUNCELL_TOKEN" \\\n  -H "Content-Type: application/json" \\\n  -d ${quoted(JSON.stringify(body))}`;
}

export function python(body: Submit): string {
  // A text in JSON within a text of Python: backslashes and quotes are written twice.
  const text = JSON.stringify(JSON.stringify(body));
  return `import json, os, urllib.request\n\nbody = json.loads(${text})\nrequest = urllib.request.Request(\n    "${location.origin}/api/jobs",\n    data=json.dumps(body).encode(),\n    headers={\n        "Authorization": "Bearer " + os.environ["RUNCELL_TOKEN"],\n        "Content-Type": "application/json",\n    },\n)\njob = json.load(urllib.request.urlopen(request))\nprint(job["id"], job["status"])`;
}

export function shell(body: Submit): string {
  const value = (it: unknown) => quoted(typeof it === "string" ? it : JSON.stringify(it));
  const [image, tool] = (body.tool ?? "").split("::");
  const parameters = Object.entries(body.parameters ?? {}).map(([name, it]) => `-p ${name}=${value(it)}`);
  const data = Object.entries(body.data ?? {}).map(([name]) => `--data ${name}=FILE`);
  if (!body.tool) return `runcell job submit --image ${quoted(body.image ?? "")} --follow -- ${(body.command ?? []).map((one) => quoted(String(one))).join(" ")}`;
  return ["runcell job submit", quoted(tool ?? ""), "--image", quoted(image ?? ""), ...parameters, ...data, "--follow"].join(" ");
}

export function Calls({ body }: { body: Submit }) {
  const one = (name: string, label: string, text: string) => ({
    name, label, body: () => <div class="call"><pre tabIndex={0} aria-label={label}>{text}</pre><Copy text={text} /></div>,
  });
  return (
    <details class="calls">
      <summary>The same as a call</summary>
      <Tabs label="The same as a call" tabs={[one("curl", "curl", curl(body)), one("python", "Python", python(body)), one("shell", "Shell", shell(body))]} />
    </details>
  );
}
