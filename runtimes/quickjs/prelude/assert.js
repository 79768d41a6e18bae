// Owns: node:assert.
(function (runcell) {
  "use strict";
  const { inspect, deepEqual } = runcell;

  class AssertionError extends Error {
    constructor({ message, actual, expected, operator, generated = false, stackStartFn }) {
      super(message);
      Object.assign(this, { generatedMessage: generated, code: "ERR_ASSERTION", actual, expected, operator });
      Object.defineProperty(this, "name", { value: "AssertionError", writable: true, configurable: true, enumerable: false });
      Error.captureStackTrace(this, stackStartFn ?? AssertionError);
    }
  }

  function fail(about, message, start) {
    if (runcell.isError(message)) throw message;
    throw new AssertionError({ ...about, message: message ?? about.text, generated: message === undefined, stackStartFn: start });
  }

  const shown = (value) => inspect(value, { depth: 1000, sorted: true, maxArrayLength: Infinity, compact: 3 });

  // Two values, line by line, as a unified difference.
  function difference(title, actual, expected) {
    const left = inspect(actual, { depth: 1000, sorted: true, compact: false, maxArrayLength: Infinity }).split("\n");
    const right = inspect(expected, { depth: 1000, sorted: true, compact: false, maxArrayLength: Infinity }).split("\n");
    if (left.length === 1 && right.length === 1) return `${title}\n\n${left[0]} !== ${right[0]}\n`;
    if (left.length * right.length > 1e6) return `${title}\n\n${left.slice(0, 50).join("\n")}\n\nshould equal\n\n${right.slice(0, 50).join("\n")}\n`;
    const common = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
    for (let i = left.length - 1; i >= 0; i--) {
      for (let j = right.length - 1; j >= 0; j--) common[i][j] = left[i] === right[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
    const lines = [];
    for (let i = 0, j = 0; i < left.length || j < right.length;) {
      if (i < left.length && j < right.length && left[i] === right[j]) { lines.push(`  ${left[i]}`); i++; j++; }
      else if (i < left.length && (j === right.length || common[i + 1][j] >= common[i][j + 1])) lines.push(`+ ${left[i++]}`);
      else lines.push(`- ${right[j++]}`);
    }
    return `${title}\n+ actual - expected\n\n${lines.join("\n")}\n`;
  }

  function assert(value, message) { ok.apply(undefined, arguments.length ? [value, message, assert] : [undefined, "No value argument passed to `assert.ok()`", assert]); }
  function ok(value, message, start = ok) {
    if (value) return;
    const text = "The expression evaluated to a falsy value";
    fail({ actual: value, expected: true, operator: "==", text }, message, start);
  }

  const compare = (operator, test, text) => function method(actual, expected, message) {
    if (!test(actual, expected)) fail({ actual, expected, operator, text: text(actual, expected) }, message, method);
  };

  function matches(error, expected, message, start) {
    if (expected === undefined) return;
    if (expected instanceof RegExp) {
      if (expected.test(String(error))) return;
      fail({ actual: error, expected, operator: "throws", text: `The input did not match the regular expression ${expected}. Input:\n\n${inspect(String(error))}\n` }, message, start);
    } else if (typeof expected === "function") {
      if (expected.prototype !== undefined && error instanceof expected) return;
      if (Error.isPrototypeOf(expected) || expected === Error) throw error;
      if (expected.call({}, error) === true) return;
      fail({ actual: error, expected, operator: "throws", text: "The validation function is expected to return \"true\". Received false" }, message, start);
    } else {
      const keys = Object.keys(expected);
      if (runcell.isError(expected)) keys.push("name", "message");
      for (const key of keys) {
        const same = expected[key] instanceof RegExp && typeof error[key] === "string" ? expected[key].test(error[key]) : deepEqual(error[key], expected[key], true);
        if (same) continue;
        const part = (value) => Object.fromEntries(keys.map((name) => [name, value[name]]));
        fail({ actual: error, expected, operator: "throws", text: difference("Expected values to be strictly deep-equal:", part(error), part(expected)) }, message, start);
      }
    }
  }

  function outcome(run) {
    try { run(); } catch (error) { return { error }; }
  }
  function throws(run, expected, message) {
    if (typeof expected === "string") [message, expected] = [expected, undefined];
    const thrown = outcome(run);
    if (!thrown) fail({ actual: undefined, expected, operator: "throws", text: `Missing expected exception${expected?.name ? ` (${expected.name})` : ""}${message ? `: ${message}` : "."}` }, undefined, throws);
    matches(thrown.error, expected, message, throws);
  }
  function doesNotThrow(run, expected, message) {
    const thrown = outcome(run);
    if (thrown) fail({ actual: thrown.error, expected, operator: "doesNotThrow", text: `Got unwanted exception.\nActual message: "${thrown.error?.message}"` }, typeof expected === "string" ? expected : message, doesNotThrow);
  }
  const settle = async (promise) => {
    try { await (typeof promise === "function" ? promise() : promise); } catch (error) { return { error }; }
  };
  async function rejects(promise, expected, message) {
    const thrown = await settle(promise);
    if (!thrown) fail({ actual: undefined, expected, operator: "rejects", text: "Missing expected rejection." }, typeof expected === "string" ? expected : message, rejects);
    matches(thrown.error, typeof expected === "string" ? undefined : expected, message, rejects);
  }
  async function doesNotReject(promise, expected, message) {
    const thrown = await settle(promise);
    if (thrown) fail({ actual: thrown.error, expected, operator: "doesNotReject", text: `Got unwanted rejection.\nActual message: "${thrown.error?.message}"` }, message, doesNotReject);
  }

  const loose = (a, b) => a == b || (a !== a && b !== b);
  Object.assign(assert, {
    AssertionError, ok, throws, doesNotThrow, rejects, doesNotReject,
    equal: compare("==", loose, (a, b) => `${shown(a)} == ${shown(b)}`),
    notEqual: compare("!=", (a, b) => !loose(a, b), (a, b) => `${shown(a)} != ${shown(b)}`),
    strictEqual: compare("strictEqual", Object.is, (a, b) => typeof a === "object" && deepEqual(a, b, true)
      ? `Values have same structure but are not reference-equal:\n\n${inspect(a, { compact: false })}\n`
      : difference("Expected values to be strictly equal:", a, b)),
    notStrictEqual: compare("notStrictEqual", (a, b) => !Object.is(a, b), (a) => `Expected "actual" to be strictly unequal to: ${shown(a)}`),
    deepEqual: compare("deepEqual", (a, b) => deepEqual(a, b, false), (a, b) => difference("Expected values to be loosely deep-equal:", a, b)),
    notDeepEqual: compare("notDeepEqual", (a, b) => !deepEqual(a, b, false), (a) => `Expected "actual" not to be loosely deep-equal to: ${shown(a)}`),
    deepStrictEqual: compare("deepStrictEqual", (a, b) => deepEqual(a, b, true), (a, b) => difference("Expected values to be strictly deep-equal:", a, b)),
    notDeepStrictEqual: compare("notDeepStrictEqual", (a, b) => !deepEqual(a, b, true), (a) => `Expected "actual" not to be strictly deep-equal to:${typeof a === "object" && a !== null ? `\n\n${inspect(a, { compact: false })}\n` : ` ${shown(a)}`}`),
    match: compare("match", (text, pattern) => pattern.test(text), (text, pattern) => `The input did not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`),
    doesNotMatch: compare("doesNotMatch", (text, pattern) => !pattern.test(text), (text, pattern) => `The input was expected to not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`),
    fail: (message = "Failed") => fail({ operator: "fail", text: "Failed" }, message, assert.fail),
    ifError(value) {
      if (value === null || value === undefined) return;
      fail({ actual: value, expected: null, operator: "ifError", text: `ifError got unwanted exception: ${runcell.isError(value) ? value.message || value.name : inspect(value)}` }, undefined, assert.ifError);
    },
  });
  assert.strict = Object.assign((...parts) => assert(...parts), assert, { equal: assert.strictEqual, notEqual: assert.notStrictEqual, deepEqual: assert.deepStrictEqual, notDeepEqual: assert.notDeepStrictEqual });
  assert.strict.strict = assert.strict;
  runcell.define("assert", () => assert);
  runcell.define("assert/strict", () => assert.strict);
})
