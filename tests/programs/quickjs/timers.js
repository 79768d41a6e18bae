// setTimeout, setInterval, setImmediate: order, arguments, clearing.
const order = [];
const note = (text) => order.push(text);

setTimeout(note, 20, "20 ms");
setTimeout(note, 10, "10 ms");
setTimeout(note, 0, "0 ms");
setTimeout(note, 1, "1 ms");
setTimeout(() => note("no delay"));
setTimeout(note, -5, "negative");
setTimeout(note, "15", "delay as text");

const cleared = setTimeout(note, 5, "never");
clearTimeout(cleared);
clearTimeout(cleared);
clearTimeout(undefined);
clearTimeout(null);
clearTimeout(12345);

const never = setImmediate(() => note("never"));
clearImmediate(never);

setTimeout(() => {
  note("outer");
  setTimeout(note, 0, "timeout inside");
  setImmediate(note, "immediate inside");
  process.nextTick(note, "tick inside");
  Promise.resolve().then(() => note("promise inside"));
  setTimeout(finish, 20);
}, 30);

function finish() {
  console.log(order.join("\n"));
  startInterval();
  const timer = setTimeout(() => {}, 1000);
  console.log(typeof timer, timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.ref() === timer);
  console.log(typeof timer[Symbol.toPrimitive](), timer.refresh() === timer);
  clearTimeout(+timer);
  try {
    setTimeout("code");
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
  setInterval(() => console.log("never: unref'd"), 60000).unref();
}

function startInterval() {
  let ticks = 0;
  const interval = setInterval(
    (step) => {
      ticks += step;
      if (ticks === 6) {
        clearInterval(interval);
        console.log("interval stopped at " + ticks);
      }
    },
    2,
    2,
  );
}
