// Streams: Readable.from, Transform, pipe, pipeline, async iteration.
const { Readable, Writable, PassThrough, pipeline } = require("stream");
const { once } = require("events");

async function main() {
  const collected = [];
  const doubling = new Writable({
    objectMode: true,
    write(value, encoding, done) {
      collected.push(value * 2);
      done();
    },
  });
  await once(Readable.from([1, 2, 3]).pipe(doubling), "finish");
  console.log("collected", collected);

  const pass = new PassThrough();
  pass.on("data", (chunk) => console.log("data", chunk.toString()));
  pass.write("hello");
  pass.end("world");
  await once(pass, "end");

  const upper = async function* (source) {
    for await (const chunk of source) yield String(chunk).toUpperCase();
  };
  const printing = () =>
    new Writable({
      write(chunk, encoding, done) {
        console.log("piped", chunk.toString());
        done();
      },
    });
  await new Promise((resolve) =>
    pipeline(Readable.from(["a", "b"]), upper, printing(), (error) =>
      resolve(console.log("pipeline", error ?? "done")),
    ),
  );
  const breaking = function* () {
    yield "x";
    throw new Error("source broke");
  };
  await new Promise((resolve) =>
    pipeline(Readable.from(breaking()), new PassThrough(), (error) => resolve(console.log("failed:", error.message))),
  );

  const parts = [];
  for await (const part of Readable.from(["x", "y"])) parts.push(part);
  console.log(
    parts,
    await Readable.from([3, 4]).toArray(),
    await Readable.from([1, 2, 3])
      .filter((n) => n > 1)
      .map((n) => n * 10)
      .toArray(),
  );
}
main();
