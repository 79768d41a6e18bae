// Owns: the global `console` and util.format. Output goes straight to the
// descriptors, so that lines of stdout and stderr keep their order.
(function (runcell) {
  "use strict";
  const { write, inspect } = runcell;
  const counts = new Map();
  const timers = new Map();
  let indentation = "";

  function directive(letter, value) {
    switch (letter) {
      case "s":
        if (typeof value === "bigint") return `${value}n`;
        if (Object.is(value, -0)) return "-0";
        if (typeof value !== "object" || value === null || !hasBuiltinText(value)) return String(value);
        return inspect(value, { depth: 0, compact: 3 });
      case "d": return typeof value === "bigint" ? `${value}n` : typeof value === "symbol" ? "NaN" : inspect(typeof value === "object" ? Number(value) : Number(value));
      case "i": return typeof value === "bigint" ? `${value}n` : typeof value === "symbol" ? "NaN" : inspect(parseInt(value));
      case "f": return typeof value === "symbol" ? "NaN" : inspect(parseFloat(value));
      case "j":
        try { return String(JSON.stringify(value)); } catch { return "[Circular]"; }
      case "o": return inspect(value, { showHidden: true, depth: 4 });
      case "O": return inspect(value);
      case "c": return "";
    }
  }

  // Whether toString of a value is not one that a program wrote: then inspection says more.
  const builtins = new Set(Reflect.ownKeys(globalThis).filter((name) => typeof name === "string" && /^[A-Z]/.test(name)));
  function hasBuiltinText(value) {
    if (typeof value[Symbol.toPrimitive] === "function" && runcell.kind(value) !== "date") return false;
    if (typeof value.toString !== "function") return true;
    let at = value;
    while (at && !Object.hasOwn(at, "toString")) at = Object.getPrototypeOf(at);
    return at !== value && builtins.has(at?.constructor?.name);
  }

  function formatWith(options, parts) {
    const first = parts[0];
    if (parts.length === 1) return typeof first === "string" ? first : inspect(first, options);
    let text = "";
    let next = 0;
    if (typeof first === "string") {
      next = 1;
      text = first.includes("%") ? first.replace(/%([sdifjoOc%])/g, (whole, letter) => {
        if (letter === "%") return "%";
        return next < parts.length ? directive(letter, parts[next++]) : whole;
      }) : first;
    }
    for (; next < parts.length; next++) {
      const value = parts[next];
      if (next > 0) text += " ";
      text += typeof value === "string" ? value : inspect(value, options);
    }
    return text;
  }
  const format = (...parts) => formatWith(undefined, parts);

  function line(fd, parts) {
    let text = parts.length === 1 && typeof parts[0] === "string" ? parts[0] : formatWith(undefined, parts);
    if (indentation !== "") text = indentation + text.replaceAll("\n", `\n${indentation}`);
    write(fd, `${text}\n`);
  }

  const duration = (ms) => ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`;

  function table(data, columns) {
    if (typeof data !== "object" || data === null) return line(1, [data]);
    const rows = [];
    const shown = (value) => inspect(value, { depth: typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
    const isMap = data instanceof Map;
    const entries = isMap ? [...data].map(([key, value], i) => [String(i), value, key])
      : data instanceof Set ? [...data].map((value, i) => [String(i), value]) : Object.entries(data);
    const head = [isMap || data instanceof Set ? "(iteration index)" : "(index)"];
    const names = columns ? [...columns] : [];
    let values = false;
    for (const [index, value, key] of entries) {
      const row = { index, key: isMap ? shown(key) : undefined, cells: new Map() };
      if (typeof value === "object" && value !== null && !isMap) {
        for (const name of columns ?? Object.keys(value)) {
          if (!names.includes(name)) names.push(name);
          if (Object.hasOwn(value, name)) row.cells.set(name, shown(value[name]));
        }
      } else {
        row.value = shown(value);
        values = true;
      }
      rows.push(row);
    }
    if (isMap) head.push("Key");
    head.push(...names);
    if (values) head.push("Values");
    grid(head, rows.map((row) => [row.index, ...(isMap ? [row.key] : []), ...names.map((name) => row.cells.get(name) ?? ""), ...(values ? [row.value ?? ""] : [])]));
  }

  const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
  function grid(head, rows) {
    // Characters of East Asia and pictures are two columns wide, marks over letters none.
    const wide = (text) => [...text].reduce((width, c) => width + (WIDE.test(c) ? 2 : /\p{Mn}|[\u200b-\u200d\ufe0f]/u.test(c) ? 0 : 1), 0);
    const widths = head.map((name, i) => Math.max(wide(name), ...rows.map((row) => wide(row[i]))) + 2);
    const rule = (left, middle, right) => left + widths.map((width) => "─".repeat(width)).join(middle) + right;
    const cells = (row) => "│" + row.map((text, i) => ` ${text}${" ".repeat(widths[i] - wide(text) - 1)}`).join("│") + "│";
    line(1, [[rule("┌", "┬", "┐"), cells(head), rule("├", "┼", "┤"), ...rows.map(cells), rule("└", "┴", "┘")].join("\n")]);
  }

  function elapsed(label, extra) {
    const start = timers.get(label);
    if (start === undefined) return line(2, [`Warning: No such label '${label}' for console.timeEnd()`]);
    line(1, [`${label}: ${duration(runcell.now() - start)}`, ...extra]);
  }

  const console = {
    log(...parts) { line(1, parts); },
    warn(...parts) { line(2, parts); },
    dir(value, options) { line(1, [inspect(value, { customInspect: false, ...options })]); },
    time(label = "default") { timers.set(`${label}`, runcell.now()); },
    timeEnd(label = "default") { elapsed(`${label}`, []); timers.delete(`${label}`); },
    timeLog(label = "default", ...extra) { elapsed(`${label}`, extra); },
    trace(...parts) {
      const trace = { name: "Trace", message: format(...parts) };
      Error.captureStackTrace(trace, console.trace);
      line(2, [`Trace${trace.message ? `: ${trace.message}` : ""}\n${trace.stack.replace(/^(?! +at ).*\n/, "")}`]);
    },
    assert(condition, ...parts) {
      if (condition) return;
      if (typeof parts[0] === "string") parts[0] = `Assertion failed: ${parts[0]}`;
      else parts.unshift("Assertion failed");
      line(2, parts);
    },
    clear() {},
    count(label = "default") {
      label = `${label}`;
      counts.set(label, (counts.get(label) ?? 0) + 1);
      line(1, [`${label}: ${counts.get(label)}`]);
    },
    countReset(label = "default") { counts.delete(`${label}`); },
    group(...parts) {
      if (parts.length) line(1, parts);
      indentation += "  ";
    },
    groupEnd() { indentation = indentation.slice(2); },
    table(data, columns) { table(data, columns); },
    debug(...parts) { line(1, parts); },
    info(...parts) { line(1, parts); },
    dirxml(...parts) { line(1, parts); },
    error(...parts) { line(2, parts); },
    groupCollapsed(...parts) { console.group(...parts); },
  };

  // What std.out of quickjs and shells written for it call `print`.
  Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  const print = (...parts) => write(1, parts.map(String).join(" ") + "\n");

  for (const [name, value] of Object.entries({ console, print })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
  Object.assign(runcell, { console, format, formatWith });
})
