// Randomness differs between runs.
console.log(Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(8))].join());
