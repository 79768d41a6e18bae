// A file of the server, saved by the browser: by its address, so that its size does not matter.

import { inMemory } from "../state/session";
import { send, type Problem } from "../api/client";
import { save } from "./file";
import { Button } from "./kit";

interface DownloadProps { url: string; name: string; label: string; failed?: (problem: Problem | null) => void }

export function Download({ url, name, label, failed }: DownloadProps) {
  // Without the cookie only a request of ours says who asks.
  if (inMemory.value) return <Button act={async () => save(name, await (await send(url)).blob())} failed={failed}>{label}</Button>;
  return <a class="button" href={url} download={name}>{label}</a>;
}
