// A pipeline takes functions that make a stage of what comes before them, at its end too.
const { Readable, Transform, pipeline } = require("stream");
const { pipeline: whole } = require("stream/promises");
const upper = () => new Transform({ objectMode: true, transform(chunk, _, next) { next(null, chunk.toString().toUpperCase()); } });
pipeline(Readable.from(["a", "b"]), upper(), async function* (source) {
  for await (const chunk of source) {
    console.log("read", chunk.toString());
    yield chunk;
  }
}, (error) => {
  console.log("first", error);
  second();
});
async function second() {
  const seen = [];
  await whole(["x", "y"], upper(), async (source) => { for await (const chunk of source) seen.push(chunk.toString()); });
  console.log(seen);
  await whole(async function* () { yield "p"; yield "q"; }, upper(), async function* (source) {
    for await (const chunk of source) yield `${chunk}!`;
  }, async (source) => { for await (const chunk of source) console.log(chunk.toString()); });
  await whole(["x"], async function* () { throw new Error("inside"); }, upper()).catch((error) => console.log("failed", error.message));
}
