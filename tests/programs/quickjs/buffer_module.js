// What node:buffer has beside Buffer.
const buffer = require("buffer");
console.log(Object.keys(buffer).sort().join(" "));
console.log(buffer.constants.MAX_LENGTH > 1e6, buffer.kMaxLength === buffer.constants.MAX_LENGTH, buffer.kStringMaxLength, buffer.INSPECT_MAX_BYTES, buffer.Blob === Blob);
console.log(buffer.isUtf8(Buffer.from("é")), buffer.isUtf8(Buffer.from([0xff])), buffer.isAscii(Buffer.from("é")), buffer.isAscii(new Uint8Array([65])));
console.log(buffer.transcode(Buffer.from("€"), "utf8", "latin1"), buffer.transcode(Buffer.from("é"), "utf8", "utf16le"), buffer.transcode(Buffer.from("é", "latin1"), "latin1", "utf8"));
console.log(buffer.resolveObjectURL("blob:x"), new buffer.SlowBuffer(3), Buffer.isEncoding("constructor"), Buffer.isEncoding("UTF-8"), new Buffer("ab"), new Buffer([1, 2]));
for (const run of [
  () => buffer.isUtf8("x"), () => buffer.transcode(Buffer.from("a"), "utf8", "hex"), () => Buffer.from("abc").toString("nope"), () => Buffer.concat("x"), () => Buffer.byteLength(5),
  () => Buffer.from("ab").equals("ab"), () => Buffer.from("abc").toString("constructor"), () => Buffer.alloc("5"), () => Buffer.from(5),
]) {
  try { console.log(run()); } catch (error) { console.log(error.name, error.code, error.message); }
}
