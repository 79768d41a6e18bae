// crypto: random values have the right shape, digests the right value.
const nodeCrypto = require("crypto");
const numbers = Array.from({ length: 1000 }, Math.random);
console.log(
  numbers.every((n) => n >= 0 && n < 1),
  new Set(numbers).size > 990,
  typeof crypto.randomUUID(),
);
console.log(
  crypto.getRandomValues(new Uint32Array(4)).some((n) => n > 255),
  nodeCrypto.randomBytes(16).length,
  nodeCrypto.randomInt(5) < 5,
  nodeCrypto.randomUUID() !== nodeCrypto.randomUUID(),
);
try {
  crypto.getRandomValues(new Float64Array(1));
} catch (error) {
  console.log(error.name);
}
for (const name of ["md5", "sha1", "sha256", "sha512"])
  console.log(name, nodeCrypto.createHash(name).update("hello ").update(Buffer.from("world")).digest("hex"));
console.log(
  nodeCrypto.createHmac("sha256", "key").update("data").digest("base64"),
  nodeCrypto.createHash("sha256").digest().length,
);
console.log(
  nodeCrypto.pbkdf2Sync("password", "salt", 3, 16, "sha256").toString("hex"),
  nodeCrypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a")),
);
crypto.subtle
  .digest("SHA-256", new TextEncoder().encode("hello"))
  .then((hash) => console.log(Buffer.from(hash).toString("hex")));
