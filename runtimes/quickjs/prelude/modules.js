// Owns: how `import` and `require` find things, and whether a file is an ES
// module or CommonJS. Names: a file below /work goes by its relative path
// ("main.js", "lib/x.js"), any other by its absolute one; what the runtime
// itself offers by "node:..." or "qjs:...".
(function (runcell) {
  "use strict";
  const HOME = "/work/";
  const builtins = new Map(); // "fs" -> () => exports
  const made = new Map();
  const cache = Object.create(null); // CommonJS modules by absolute path
  const ESM = /^\s*(?:import\s*(?:[\w$*{"']|\()|export\s*(?:[*{]|default\b|const\b|let\b|var\b|function\b|class\b|async\b))/m;
  const AWAIT = /^(?:(?:const|let|var)\s[^=\n]*=\s*|[\w$.]+\s*=\s*|for\s+)?await\b/m;
  const CJS = /\bmodule\.exports\b|\bexports\.\w|\brequire\s*\(/;

  // Looking for a word first is far cheaper than the pattern, and most programs do without it.
  const hasEsm = (source) => (source.includes("import") || source.includes("export")) && ESM.test(source);

  const isFile = (path) => {
    const facts = runcell.stat(path, true);
    return typeof facts !== "number" && (facts[0] & 0o170000) === 0o100000;
  };
  const pathOf = (name) => name.startsWith("/") ? name : HOME + name;
  const nameOf = (path) => path.startsWith(HOME) ? path.slice(HOME.length) : path;

  function normal(path) {
    const parts = [];
    for (const part of path.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return "/" + parts.join("/");
  }
  const folder = (path) => path.slice(0, path.lastIndexOf("/")) || "/";

  // "fs" or "node:fs" or "qjs:std" -> the name of what the runtime offers, or undefined.
  function builtinName(name) {
    if (name.startsWith("qjs:")) return name;
    const short = name.startsWith("node:") ? name.slice(5) : name;
    if (builtins.has(short)) return `node:${short}`;
    return name === "std" || name === "bjson" ? `qjs:${name}` : undefined;
  }
  function builtin(name) {
    const key = name.replace(/^node:/, "");
    if (!made.has(key)) made.set(key, builtins.get(key)());
    return made.get(key);
  }

  // As Node says it. `from` are the files that asked: the last one first.
  function notFound(name, from, code) {
    if (name.startsWith("node:")) return Object.assign(new Error(`No such built-in module: ${name}`), { code: "ERR_UNKNOWN_BUILTIN_MODULE" });
    const bare = !/^(?:\.{0,2}\/|\.{1,2}$)/.test(name);
    let message = `Cannot find module '${name}'`;
    if (code === "ERR_MODULE_NOT_FOUND") message = `Cannot find ${bare ? `package '${runcell.packageOf(name) ?? name}'` : `module '${name}'`} imported from ${from[0]}`;
    else if (from.length) message += `\nRequire stack:\n- ${from.join("\n- ")}`;
    const error = Object.assign(new Error(message), { code });
    if (code === "MODULE_NOT_FOUND") error.requireStack = from;
    return bare ? runcell.missesPackage(error, name) : error;
  }

  function candidate(path) {
    if (isFile(path)) return path;
    for (const ending of [".js", ".mjs", ".cjs", ".json", "/index.js", "/index.mjs", "/index.cjs"]) {
      if (isFile(path + ending)) return path + ending;
    }
  }

  function inPackage(root, rest, esm) {
    if (rest) return candidate(`${root}/${rest}`);
    const text = runcell.text(`${root}/package.json`);
    if (typeof text === "number") return candidate(root);
    const { main, module, exports } = JSON.parse(text);
    let entry = typeof exports === "object" && exports !== null ? exports["."] ?? exports : exports;
    while (typeof entry === "object" && entry !== null) entry = (esm ? entry.import : entry.require) ?? entry.default ?? entry.node;
    return candidate(normal(`${root}/${entry ?? (esm ? module : undefined) ?? main ?? "index.js"}`));
  }

  // The absolute path, or builtin name, of what `name` means to the file at path `base`.
  function locate(base, name, esm) {
    if (name.startsWith("file://")) name = decodeURIComponent(name.slice(7));
    if (/^\.{0,2}\//.test(name) || name === "." || name === "..") {
      return candidate(normal(name.startsWith("/") ? name : `${folder(base)}/${name}`));
    }
    const own = builtinName(name);
    if (own !== undefined) return own;
    const [, head, rest] = /^((?:@[^/]+\/)?[^/]+)\/?(.*)$/.exec(name) ?? [];
    for (let at = folder(base); head; at = folder(at)) {
      const found = inPackage(`${at === "/" ? "" : at}/node_modules/${head}`, rest, esm);
      if (found || at === "/") return found;
    }
  }

  // What the engine asks for `import "name"` in module `base`.
  function resolve(base, name) {
    if (name.startsWith("qjs:") && !builtins.has(name)) return name;
    // Code that was made of text and that nobody of a file called (after an await) looks from the program's file.
    if (base === "<input>") base = mainName;
    const found = locate(pathOf(base), name, true);
    if (found === undefined) throw notFound(/^\.{1,2}\//.test(name) ? normal(`${folder(pathOf(base))}/${name}`) : name, [pathOf(base)], "ERR_MODULE_NOT_FOUND");
    return nameOf(found);
  }

  function readSource(path) {
    const text = runcell.text(path);
    if (typeof text === "number") throw notFound(path, [], "MODULE_NOT_FOUND");
    return text;
  }

  // What the engine runs for a module of this name: its source, or { exports }.
  function load(name, attributes) {
    if (builtins.has(name)) return { exports: builtin(name) };
    if (name.startsWith("node:")) return { exports: builtin(name) };
    const path = pathOf(name);
    const type = attributes?.type;
    if (type === "json" || (type === undefined && path.endsWith(".json"))) return { exports: parseJson(path) };
    if (type === "text") return { exports: readSource(path) };
    const source = readSource(path);
    if (path.endsWith(".cjs") || (path.endsWith(".js") && !hasEsm(source) && CJS.test(source))) return { exports: requirePath(path) };
    return source;
  }

  function parseJson(path) {
    try {
      return JSON.parse(readSource(path));
    } catch (error) {
      if (error instanceof SyntaxError) error.message = `${nameOf(path)}: ${error.message}`;
      throw error;
    }
  }

  function describe(meta, name) {
    const path = pathOf(name);
    meta.url = `file://${path.split("/").map(encodeURIComponent).join("/")}`;
    meta.filename = path;
    meta.dirname = folder(path);
    meta.main = name === mainName;
    meta.resolve = (other) => {
      const found = locate(path, String(other), true);
      if (found === undefined) throw notFound(other, [path], "ERR_MODULE_NOT_FOUND");
      return found.startsWith("/") ? `file://${found}` : found;
    };
  }

  // A function (exports, require, module, __filename, __dirname); the file's first line stays line 1.
  function wrap(source, path, names = "exports, require, module, __filename, __dirname") {
    if (source.startsWith("#!")) source = `//${source}`;
    try {
      return runcell.script(`(function (${names})\n{\n${source}\n})`, nameOf(path), -1);
    } catch (error) {
      // What is wrong without the function around it; only `return` is right in one alone.
      try {
        runcell.check(source, nameOf(path));
      } catch (plain) {
        if (plain.message !== "Illegal return statement") throw plain;
      }
      throw error;
    }
  }

  class Module {
    constructor(path, parent) {
      Object.assign(this, { id: path, path: folder(path), exports: {}, filename: path, loaded: false, children: [], paths: [] });
      Object.defineProperty(this, "parent", { value: parent, configurable: true, writable: true });
    }
  }

  function requirePath(path, parent) {
    if (cache[path]) return cache[path].exports;
    const module = cache[path] = new Module(path, parent);
    try {
      if (path.endsWith(".json")) module.exports = parseJson(path);
      else if (path.endsWith(".mjs") || isEsm(path)) module.exports = requireEsm(path);
      else runCommonJs(module, wrap(readSource(path), path));
    } catch (error) {
      delete cache[path];
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }

  const isEsm = (path) => hasEsm(readSource(path)) && !CJS.test(readSource(path));

  // An ES module has no value until it has run; without top-level await that is at once.
  function requireEsm(path) {
    const promise = runcell.namespace(nameOf(path));
    runcell.jobs();
    const [state, result] = runcell.settled(promise);
    if (state === 1) return result;
    promise.catch(() => {});
    if (state === 2) throw result;
    throw Object.assign(new Error(`require() cannot be used on an ES module with top-level await: ${path}`), { code: "ERR_REQUIRE_ASYNC_MODULE" });
  }

  function runCommonJs(module, body) {
    Reflect.apply(body, module.exports, [module.exports, requireFor(module), module, module.filename, module.path]);
  }

  function requireFor(module) {
    const find = (name) => {
      if (typeof name !== "string") {
        throw Object.assign(new TypeError(`The "id" argument must be of type string. Received ${runcell.received(name)}`), { code: "ERR_INVALID_ARG_TYPE" });
      }
      const found = locate(module.filename, name, false);
      if (found === undefined) {
        const from = [];
        for (let at = module; at && !from.includes(at.filename); at = at.parent) from.push(at.filename);
        throw notFound(name, from, "MODULE_NOT_FOUND");
      }
      return found;
    };
    const require = (name) => {
      const found = find(name);
      return found.startsWith("/") ? requirePath(found, module) : builtin(found);
    };
    const resolve = (name) => {
      const found = find(name);
      return found.startsWith("/") ? found : name;
    };
    return Object.assign(require, { resolve, cache, main: mainModule });
  }

  let mainName;
  let mainModule;

  // Runs the program's file: a promise if it is an ES module.
  function runMain(path) {
    const source = readSource(path);
    return runSource(path, source, runcell.words());
  }

  // `words` are the bits of runcell.words: 1 import or export, 2 await, 4 something of CommonJS.
  function runSource(path, source, words = 7) {
    mainName = nameOf(path);
    const strict = path.endsWith(".mjs");
    if (words & 4) startCommonJs(path);
    if (path.endsWith(".cjs")) return runBody(wrap(source, path));
    if (!strict && !(words & 1 && ESM.test(source)) && !(words & 2 && AWAIT.test(source))) {
      let body;
      try {
        body = words & 4 ? wrap(source, path) : wrap(source, path, "");
      } catch (error) {
        if (!(error instanceof SyntaxError) || !(words & 3)) throw error;
        return runcell.module(source, mainName, describe);
      }
      return runBody(body);
    }
    try {
      return runcell.module(source, mainName, describe);
    } catch (error) {
      if (strict || words & 1 && ESM.test(source) || !(error instanceof SyntaxError)) throw error;
      let body;
      try { body = wrap(source, path); } catch { throw error; }
      return runBody(body);
    }
  }

  // What `require` and `module` are in the program's file; made only if it names one of them.
  function startCommonJs(path) {
    mainModule = new Module(path, null);
    mainModule.id = ".";
    cache[path] = mainModule;
    globalThis.require = requireFor(mainModule);
  }
  function runBody(body) {
    if (mainModule) runCommonJs(mainModule, body);
    else body();
  }

  function forgetMain() {
    for (const path of Object.keys(cache)) delete cache[path];
    mainName = mainModule = globalThis.require = undefined;
  }

  function sourceLine(name, line) {
    const text = runcell.text(pathOf(name));
    return typeof text === "number" ? undefined : text.split("\n")[line - 1]?.replace(/\r$/, "");
  }

  // Made before the image is taken: to add a property to the global object is slow, to set one is not.
  Object.defineProperty(globalThis, "require", { value: undefined, writable: true, configurable: true, enumerable: false });

  const define = (name, make) => builtins.set(name, make);
  define("module", () => ({ builtinModules: [...builtins.keys()], createRequire: (at) => requireFor(new Module(String(at).replace(/^file:\/\//, ""), null)), isBuiltin: (name) => builtinName(name) !== undefined }));
  Object.assign(runcell, { define, builtin, resolve, load, describe, runMain, runSource, forgetMain, sourceLine });
})
