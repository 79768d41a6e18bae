// WeakRef, WeakMap, WeakSet and FinalizationRegistry are there.
let target = { big: "object" };
const ref = new WeakRef(target);
console.log(ref.deref() === target, ref);
const registry = new FinalizationRegistry((held) => console.log("collected", held));
console.log(registry.register(target, "held", target), registry.unregister(target), registry.unregister({}));
const notes = new WeakMap([[target, "note"]]);
console.log(notes.get(target), notes.has({}), notes.delete(target), notes.has(target));
const seen = new WeakSet([target]);
console.log(seen.has(target), Object.prototype.toString.call(registry));
for (const attempt of [() => notes.set("text", 1), () => new WeakRef(1), () => seen.add(Symbol.for("registered"))]) {
  try {
    attempt();
  } catch (error) {
    console.log(error.name);
  }
}
target = null;
