// events: EventEmitter, once, error events, EventTarget, AbortController.
const EventEmitter = require("events");
const { once, on } = EventEmitter;
class Door extends EventEmitter {}
const door = new Door();
door.on("open", (who, how) => console.log("1", who, how, this === undefined));
door.on("open", function () {
  console.log("2", this === door);
});
door.prependListener("open", () => console.log("0"));
door.once("open", () => console.log("once"));
console.log(door.emit("open", "Ann", "slowly"), door.emit("open", "Bob"), door.emit("nothing"));
console.log(door.listenerCount("open"), door.eventNames(), door.listeners("open").length, door.getMaxListeners());
const listener = () => console.log("never");
door.on("close", listener).off("close", listener);
door.removeAllListeners("open");
console.log(door.emit("close"), door.emit("open"));
door.on("newListener", (name) => console.log("new listener for", name));
door.on("later", () => {});
try {
  door.emit("error", new Error("unheard"));
} catch (error) {
  console.log("thrown:", error.message);
}
try {
  door.emit("error", "not an error");
} catch (error) {
  console.log(error.code, error.message);
}
door.on("error", (error) => console.log("heard:", error.message));
door.emit("error", new Error("heard"));
try {
  door.on("x", "not a function");
} catch (error) {
  console.log(error.code);
}

const target = new EventTarget();
const handler = {
  handleEvent(event) {
    console.log("object handler", event.type);
  },
};
target.addEventListener(
  "ping",
  (event) => {
    console.log(event.type, event.detail, event.cancelable, event instanceof Event);
    event.preventDefault();
  },
  { once: true },
);
target.addEventListener("ping", handler);
console.log(
  target.dispatchEvent(new CustomEvent("ping", { detail: 5, cancelable: true })),
  target.dispatchEvent(new Event("ping")),
);

const controller = new AbortController();
controller.signal.addEventListener("abort", () => console.log("aborted:", controller.signal.reason.name));
controller.abort();
console.log(controller.signal.aborted, AbortSignal.abort("why").reason);
try {
  controller.signal.throwIfAborted();
} catch (error) {
  console.log(error.name, error.code, error.message);
}

(async () => {
  setTimeout(() => door.emit("ready", 1, 2), 1);
  console.log(await once(door, "ready"));
  setTimeout(() => {
    door.emit("tick", "a");
    door.emit("tick", "b");
  }, 1);
  for await (const [value] of on(door, "tick")) {
    console.log(value);
    if (value === "b") break;
  }
  await new Promise((resolve) => AbortSignal.timeout(5).addEventListener("abort", resolve));
  console.log("timed out");
})();
