// Owns: the text of errors, in inspection and in the report of an uncaught one.
(function (runcell) {
  "use strict";
  const { kind } = runcell;

  const isError = (value) => typeof value === "object" && value !== null && kind(value) === "error";

  function headline(error) {
    try {
      const name = error.name === undefined ? "Error" : String(error.name);
      const message = error.message === undefined ? "" : String(error.message);
      if (name === "") return message;
      return message === "" ? name : `${name}: ${message}`;
    } catch {
      return "Error";
    }
  }

  // The engine's stack is frames alone. Programs expect "Name: message" before them, as it was
  // when somebody first asked.
  const frames = Object.getOwnPropertyDescriptor(Error.prototype, "stack");
  const heads = new WeakMap();
  Object.defineProperty(Error.prototype, "stack", {
    ...frames,
    get() {
      let raw = Reflect.apply(frames.get, this, []);
      if (typeof raw === "string" && raw.startsWith("    at <input>:")) raw = raw.slice(raw.indexOf("\n") + 1); // JSON.parse
      if (typeof raw !== "string" || (raw !== "" && !raw.startsWith("    at "))) return raw;
      let head = heads.get(this);
      if (head === undefined) heads.set(this, head = headline(this));
      return raw === "" ? head : `${head}\n${raw.trimEnd()}`;
    },
    // Programs set what they like.
    set(value) {
      Object.defineProperty(this, "stack", { value, writable: true, configurable: true, enumerable: false });
    },
  });

  const capture = Error.captureStackTrace;
  Error.captureStackTrace = { captureStackTrace(target, from) {
    const { prepareStackTrace } = Error;
    capture(target, from ?? Error.captureStackTrace);
    if (typeof prepareStackTrace !== "function" && typeof target.stack === "string") {
      const head = target.name === undefined && target.message === undefined ? "Error" : headline(target);
      Object.defineProperty(target, "stack", { value: `${head}\n${target.stack.trimEnd()}`, writable: true, configurable: true });
    }
  } }.captureStackTrace;

  // The stack, with the name of the error's class where the name that it carries does not tell it.
  function stackOf(error) {
    let stack;
    try { stack = error.stack; } catch { /* a getter that throws */ }
    if (typeof stack !== "string" || stack === "") return `[${headline(error)}]`;
    if (stack.startsWith("    at ")) stack = `${headline(error)}\n${stack.trimEnd()}`;
    let name = "Error";
    try { name = String(error.name ?? "Error"); } catch { /* a getter that throws */ }
    const made = error.constructor?.name;
    if (typeof made === "string" && made !== "" && made !== name && name.endsWith("Error") && stack.startsWith(name) && /^(?:[:\n]|$)/.test(stack.slice(name.length))) {
      stack = (made.includes(name) ? made : `${made} [${name}]`) + stack.slice(name.length);
    }
    return /^ +at /m.test(stack) ? stack : `[${stack}]`;
  }

  // What console.log shows: the stack, indented to where it stands.
  function errorText(error, state) {
    const text = stackOf(error);
    return state.indent ? text.replaceAll("\n", `\n${" ".repeat(state.indent)}`) : text;
  }

  // The keys shown in braces after the stack: own ones, but not those that the stack already says.
  function errorKeys(error, keys) {
    const stack = String(error.stack);
    keys = keys.filter((key) => {
      if (key === "stack") return false;
      return !((key === "name" || key === "message") && stack.includes(String(error[key])));
    });
    for (const key of ["cause", "errors"]) {
      if (Object.hasOwn(error, key) && !keys.includes(key)) keys.push(key);
    }
    return keys;
  }

  // "main.js:3" and the line itself with a caret, from the first frame that is in a file we can read.
  function excerpt(error) {
    const frame = /^ +at (?:.*\()?([^()\n]+?):(\d+):(\d+)\)?$/m.exec(String(error.stack));
    if (!frame) return "";
    const [, file, line, column] = frame;
    const source = runcell.sourceLine(file, Number(line));
    if (source === undefined || source.trim() === "" || source.length > 500) return "";
    const lead = source.slice(0, Math.max(0, Number(column) - 1)).replace(/[^\t]/g, " ");
    return `${file}:${line}\n${source}\n${lead}^\n`;
  }

  // The report of an uncaught error on stderr.
  function reportUncaught(error, origin) {
    let text;
    try {
      if (isError(error)) {
        const place = excerpt(error);
        const shown = runcell.inspect(error);
        const bare = `[${headline(error)}]`;
        text = `${place}${place && "\n"}${shown.startsWith(bare) ? headline(error) + shown.slice(bare.length) : shown}\n`;
      } else {
        const shown = runcell.inspect(error);
        text = origin === "unhandledRejection"
          ? `Uncaught (in promise) ${shown}\n`
          : `Uncaught ${shown}\n`;
      }
    } catch (second) {
      text = `Uncaught ${headline(error ?? {})}\n`;
    }
    runcell.write(2, text + runcell.packageHint(error));
  }

  Object.assign(runcell, { isError, errorText, errorKeys, reportUncaught, headline });
})
