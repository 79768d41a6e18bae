// Blob and File: parts, types, slices, reading.
const { File } = require("buffer");
const attempt = (run) => { try { console.log(run()); } catch (error) { console.log(error.name, error.code, error.message); } };
attempt(() => new Blob());
attempt(() => new Blob("x"));
attempt(() => new Blob(5));
attempt(() => new Blob(null));
attempt(() => new Blob([], 5));
attempt(() => new Blob([], { endings: "x" }));
attempt(() => new Blob([Symbol()]));
attempt(() => new File([]));
attempt(() => new Blob(["a\nb\r\n"], { endings: "native" }).size);
attempt(() => new Blob([1, null, undefined, { toString() { return "obj"; } }, [1, 2], new Uint16Array([258]), new ArrayBuffer(2), new Blob(["in"])]).size);
attempt(() => [new Blob([], { type: "Text/PLAIN" }).type, new Blob([], { type: "é" }).type]);
attempt(() => new File(["abc"], "n.txt", { type: "text/css", lastModified: 5 }));
attempt(() => new File(["abc"], "n/x", { lastModified: new Date(7) }).lastModified);
attempt(() => Math.abs(new File([], "now").lastModified - Date.now()) < 10000);
attempt(() => [Object.prototype.toString.call(new File([], "x")), Object.prototype.toString.call(new Blob()), new File([], "q") instanceof Blob, Blob.length, File.length]);
(async () => {
  const blob = new Blob(["hello ", "wörld", "\ud800"], { type: "a/b" });
  const slice = blob.slice(1, -5, "X/Y");
  console.log(slice, await slice.text(), blob.slice(-3).size, blob.slice(3, 1).size, await blob.slice(0, 5).text(), blob.slice(2).type === "");
  console.log(new Uint8Array(await blob.arrayBuffer()).length, await blob.text(), [...new Uint8Array(await blob.slice(7, 9).arrayBuffer())]);
  let size = 0;
  for await (const chunk of blob.stream()) size += chunk.length;
  console.log(size, structuredClone(blob), await new Response_(blob).text());
  const reader = new Blob(["abc"]).stream().getReader();
  console.log(await reader.read(), await reader.read());
})();
function Response_(blob) { return { text: async () => (await new File([blob, "!"], "copy").text()) }; }
