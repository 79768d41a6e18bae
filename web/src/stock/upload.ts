// Uploading a file, with how far it is.
//
// Owns the one request that is not made with fetch, as fetch does not tell how much was sent, and the browser's question to
// somebody who leaves the page while a file is on its way: the file would be lost.

import { bearer, Refused, type Problem, type Schemas } from "../api/client";

const ask = (leaving: BeforeUnloadEvent) => leaving.preventDefault();
let going = 0;

export async function uploadOne(file: File, progress: (part: number) => void = () => {}): Promise<Schemas["UploadJson"]> {
  if (going++ === 0) addEventListener("beforeunload", ask);
  try {
    return await send(file, progress);
  } finally {
    if (--going === 0) removeEventListener("beforeunload", ask);
  }
}

function send(file: File, progress: (part: number) => void): Promise<Schemas["UploadJson"]> {
  return new Promise((made, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/files");
    if (bearer.token) request.setRequestHeader("authorization", `Bearer ${bearer.token}`);
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress(event.loaded / event.total); };
    request.onload = () => {
      if (request.status === 201) made(JSON.parse(request.responseText) as Schemas["UploadJson"]);
      else failed(new Refused(refusal(request)));
    };
    request.onerror = () => failed(new Refused(refusal(request)));
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

function refusal(request: XMLHttpRequest): Problem {
  try {
    return JSON.parse(request.responseText) as Problem;
  } catch {
    return { type: "about:blank", title: "No answer", status: request.status, reason: "unavailable", detail: "the file did not arrive: the connection was lost" };
  }
}
