// Streams: Readable.from, Transform, pipe, for await, async iteration.
const { Readable, Writable, PassThrough, pipeline } = require("stream");
const numbers = Readable.from([1, 2, 3]);
const collected = [];
numbers.pipe(new Writable({ objectMode: true, write(value, encoding, done) { collected.push(value * 2); done(); } }))
  .on("finish", () => console.log("collected", collected));

const pass = new PassThrough();
pass.on("data", (chunk) => console.log("data", chunk.toString()));
pass.on("end", () => console.log("end"));
pass.write("hello");
pass.end("world");

pipeline(Readable.from(["a", "b"]), async function* (source) {
  for await (const chunk of source) yield String(chunk).toUpperCase();
}, new Writable({ write(chunk, encoding, done) { console.log("piped", chunk.toString()); done(); } }), (error) => console.log("pipeline", error ?? "done"));

pipeline(Readable.from((function* () { yield "x"; throw new Error("source broke"); })()), new PassThrough(), (error) => console.log("failed:", error.message));
(async () => {
  const parts = [];
  for await (const part of Readable.from(["x", "y"])) parts.push(part);
  console.log(parts, await Readable.from([3, 4]).toArray());
})();
