// fs with callbacks, promises and streams.
const fs = require("fs");
const { readFile, writeFile, mkdir, readdir, rm, open, access, stat } = require("fs/promises");
const { pipeline } = require("stream/promises");
const { Transform } = require("stream");

fs.readFile("input.txt", "utf8", (error, text) => {
  console.log("callback", error, text.length);
  fs.readFile("missing.txt", (failed) => {
    console.log("callback", failed.code, failed.message);
    fs.writeFile("written.txt", "by callback", (problem) => {
      console.log("written", problem);
      main();
    });
  });
});

async function main() {
  await mkdir("made");
  await writeFile("made/a.txt", "one\ntwo\nthree\n");
  console.log(
    await readdir("made"),
    (await stat("made/a.txt")).size,
    await readFile("made/a.txt", { encoding: "utf8" }),
  );
  await access("nothing").catch((error) => console.log(error.code));
  await readFile("nothing").catch((error) => console.log(error instanceof Error, error.message));
  const handle = await open("made/a.txt");
  for await (const line of handle.readLines()) console.log("line", line);
  await handle.close().catch(() => {});

  const upper = new Transform({
    transform(chunk, encoding, done) {
      done(null, chunk.toString().toUpperCase());
    },
  });
  await pipeline(fs.createReadStream("made/a.txt"), upper, fs.createWriteStream("upper.txt"));
  console.log(fs.readFileSync("upper.txt", "utf8"));
  let text = "";
  for await (const chunk of fs.createReadStream("input.txt", { encoding: "utf8", start: 1, end: 3 })) text += chunk;
  console.log(text);
  await new Promise((resolve) =>
    fs.createReadStream("missing").on("error", (error) => resolve(console.log("stream", error.code))),
  );
  const out = fs.createWriteStream("stream.txt");
  out.write("first ");
  out.end("last", () => console.log("finished", fs.readFileSync("stream.txt", "utf8")));
  await rm("made", { recursive: true });
}
