// Errors as values: in console.log, nested in objects, with causes and properties.
const firstLine = (text) => text.split("\n")[0];
const { inspect } = require("util");

const error = new TypeError("wrong type");
console.log(firstLine(inspect(error)), String(error), error.name, error.message);
console.log(firstLine(error.stack), /at .*main\.js:5:\d+/.test(error.stack));

class ValidationError extends Error {
  constructor(message, field) {
    super(message);
    this.name = "ValidationError";
    this.field = field;
  }
}
const custom = new ValidationError("bad email", "email");
console.log(firstLine(inspect(custom)), inspect(custom).endsWith("{\n  field: 'email'\n}"));
console.log(custom instanceof ValidationError, custom instanceof Error, Object.prototype.toString.call(custom));
console.log(JSON.stringify(custom), Object.keys(custom));

class Unnamed extends RangeError {}
console.log(firstLine(inspect(new Unnamed("off"))), String(new Unnamed("off")));

const chained = new Error("outer", { cause: new Error("inner", { cause: "root" }) });
console.log(chained.cause.message, chained.cause.cause, inspect(chained).includes("[cause]: Error: inner"));
console.log("cause" in new Error("none"), Object.hasOwn(chained, "cause"), Object.keys(chained));

const many = new AggregateError([new Error("one"), new TypeError("two")], "several");
console.log(many.errors.length, many.message, inspect(many).includes("[errors]: ["));

error.stack = "replaced";
console.log(inspect(error), [error]);
delete error.stack;
const bare = new Error("no stack");
bare.stack = undefined;
console.log(inspect(bare), inspect({ nested: Object.assign(new Error("x"), { stack: "Error: x" }) }));

try {
  null.property;
} catch ({ name, constructor }) {
  console.log(name, constructor === TypeError);
}
const copied = {};
Error.captureStackTrace(copied);
console.log(typeof copied.stack, Error.stackTraceLimit);
try {
  throw new Error("a", { cause: null });
} catch (caught) {
  console.log(caught.cause, Object.getOwnPropertyDescriptor(caught, "message"));
}
console.log(Error("without new") instanceof Error, new Error(undefined).message === "", new Error(12).message);
