// Owns: the small modules of Node (os, timers, url, querystring, ...), quickjs's
// own modules as programs see them, and the ones that a cell cannot have.
(function (runcell) {
  "use strict";
  const { define, process, timers, path } = runcell;
  const { std, os: ownOs } = runcell.own;

  // qjs:std and qjs:os, with the one event loop's timers in place of their own.
  // The environment is set when it is first asked for.
  const withEnvironment = (name) => (...parts) => (process.env, std[name](...parts));
  const std_ = { ...std, exit: (code) => runcell.exitProgram(Number(code)), getenv: withEnvironment("getenv"), getenviron: withEnvironment("getenviron") };
  const pending = new Map();
  const setReadHandler = (fd, handler) => {
    runcell.sources.delete(pending.get(fd));
    pending.delete(fd);
    if (handler === null) return;
    const source = { fd, turn: handler };
    pending.set(fd, source);
    runcell.sources.add(source);
  };
  const os_ = { ...ownOs, ...timers, setReadHandler, sleepAsync: (ms) => new Promise((resolve) => { setTimeout(resolve, ms); }) };
  define("qjs:std", () => std_);
  define("qjs:os", () => os_);

  const os = {
    ...os_, EOL: "\n", devNull: "/dev/null", arch: () => "wasm32", platform: () => "wasi", type: () => "WASI", release: () => "1", version: () => "preview1", machine: () => "wasm32",
    hostname: () => "cell", homedir: () => process.env.HOME ?? "/work", tmpdir: () => process.env.TMPDIR ?? "/tmp", endianness: () => "LE", uptime: () => process.uptime(), loadavg: () => [0, 0, 0],
    cpus: () => [{ model: "wasm32", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }], availableParallelism: () => 1, totalmem: () => 2 ** 32, freemem: () => 2 ** 31,
    networkInterfaces: () => ({}), userInfo: () => ({ uid: 0, gid: 0, username: "user", homedir: "/work", shell: null }), constants: { signals: { SIGINT: 2, SIGTERM: 15 }, errno: {} },
  };
  define("os", () => os);

  const abortable = (signal, reject, cancel) => {
    if (!signal) return;
    const error = () => Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" });
    if (signal.aborted) reject(error());
    signal.addEventListener("abort", () => { cancel(); reject(error()); }, { once: true });
  };
  const promiseTimers = {
    setTimeout: (delay, value, { signal } = {}) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(value), delay);
      abortable(signal, reject, () => clearTimeout(timer));
    }),
    setImmediate: (value) => new Promise((resolve) => { setImmediate(() => resolve(value)); }),
    async *setInterval(delay, value) { for (;;) yield await promiseTimers.setTimeout(delay, value); },
    scheduler: { wait: (delay) => promiseTimers.setTimeout(delay), yield: () => promiseTimers.setImmediate() },
  };
  define("timers", () => ({ ...timers, promises: promiseTimers }));
  define("timers/promises", () => promiseTimers);

  const events = runcell.EventEmitter;
  define("events", () => events);
  define("console", () => console);
  define("process", () => process);
  define("perf_hooks", () => ({ performance, PerformanceObserver: class PerformanceObserver { observe() {} disconnect() {} }, monitorEventLoopDelay: () => ({ enable() {}, disable() {} }) }));
  define("constants", () => runcell.fs.constants);
  define("sys", () => runcell.builtin("util"));

  const url = {
    URL, URLSearchParams,
    fileURLToPath: (value) => decodeURIComponent(new URL(value).pathname),
    pathToFileURL: (value) => new URL(`file://${path.resolve(value).split("/").map(encodeURIComponent).join("/")}`),
    format: (value) => typeof value === "string" ? value : value instanceof URL ? value.href
      : `${value.protocol ? `${value.protocol.replace(/:?$/, ":")}${value.slashes || value.host || value.hostname ? "//" : ""}` : ""}${value.auth ? `${value.auth}@` : ""}${value.host ?? (value.hostname ?? "") + (value.port ? `:${value.port}` : "")}${value.pathname ?? ""}${value.search ?? (value.query ? `?${querystring.stringify(value.query)}` : "")}${value.hash ?? ""}`,
    resolve: (from, to) => new URL(to, new URL(from, "resolve://")).href.replace(/^resolve:\/\//, ""),
    parse(text, parseQuery = false) {
      const found = URL.parse(text) ?? URL.parse(text, "none://none");
      const own = found.protocol !== "none:";
      const search = found.search || null;
      return { protocol: own ? found.protocol : null, slashes: own ? true : null, auth: found.username ? `${found.username}${found.password ? `:${found.password}` : ""}` : null, host: own ? found.host : null, port: found.port || null, hostname: own ? found.hostname : null, hash: found.hash || null, search, query: parseQuery ? querystring.parse(search?.slice(1) ?? "") : search?.slice(1) ?? null, pathname: found.pathname, path: found.pathname + (search ?? ""), href: own ? found.href : text };
    },
    domainToASCII: (name) => runcell.parseHost(name, true) ?? "", domainToUnicode: (name) => name,
  };
  define("url", () => url);

  const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => c);
  const unescape = (text) => { try { return decodeURIComponent(text); } catch { return runcell.decodePercent(text); } };
  const querystring = {
    escape, unescape,
    parse(text, separator = "&", equals = "=") {
      const out = Object.create(null);
      for (const part of String(text).split(separator)) {
        if (part === "") continue;
        const at = part.indexOf(equals);
        const [name, value] = (at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + equals.length)]).map((side) => unescape(side.replaceAll("+", " ")));
        out[name] = name in out ? [out[name], value].flat() : value;
      }
      return out;
    },
    stringify: (object, separator = "&", equals = "=") => Object.entries(object ?? {}).flatMap(([name, value]) => [value].flat().map((item) => escape(name) + equals + escape(item ?? ""))).join(separator),
  };
  querystring.decode = querystring.parse;
  querystring.encode = querystring.stringify;
  define("querystring", () => querystring);

  class StringDecoder {
    #decoder; #rest = []; #encoding;
    constructor(encoding = "utf8") {
      this.#encoding = encoding;
      if (/^(utf-?8|utf-?16le|ucs-?2)$/i.test(encoding)) this.#decoder = new TextDecoder(/8/.test(encoding) ? "utf-8" : "utf-16le", { ignoreBOM: true });
    }
    get encoding() { return this.#encoding; }
    write(bytes) {
      if (this.#decoder) return this.#decoder.decode(bytes, { stream: true });
      const all = [...this.#rest, ...bytes];
      const keep = /^base64/.test(this.#encoding) ? all.length % 3 : 0;
      this.#rest = all.splice(all.length - keep);
      return runcell.decodeText(Uint8Array.from(all), this.#encoding);
    }
    end(bytes) {
      const text = bytes ? this.write(bytes) : "";
      const last = this.#decoder ? this.#decoder.decode() : runcell.decodeText(Uint8Array.from(this.#rest), this.#encoding);
      this.#rest = [];
      return text + last;
    }
  }
  define("string_decoder", () => ({ StringDecoder }));

  const script = (source, options) => runcell.script(String(source), typeof options === "string" ? options : options?.filename ?? "vm", 1);
  function inContext(source, context = {}, options) {
    const names = Object.keys(context);
    const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
    for (const name of names) Object.defineProperty(globalThis, name, { value: context[name], writable: true, configurable: true, enumerable: true });
    try {
      return script(source, options);
    } finally {
      // What the script has made of them; then the global object is as it was.
      names.forEach((name, i) => {
        context[name] = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
        if (before[i]) Object.defineProperty(globalThis, name, before[i]);
        else delete globalThis[name];
      });
    }
  }
  class Script {
    constructor(source, options) { Object.assign(this, { source, options }); script(`(function () {\n${source}\n})`, options); }
    runInThisContext() { return script(this.source, this.options); }
    runInContext(context) { return inContext(this.source, context, this.options); }
    runInNewContext(context) { return inContext(this.source, context, this.options); }
  }
  define("vm", () => ({ Script, runInThisContext: script, runInNewContext: inContext, runInContext: inContext, createContext: (context = {}) => context, isContext: () => true }));
  define("v8", () => ({ getHeapStatistics: () => { const [total, used] = runcell.memory(); return { total_heap_size: total, used_heap_size: used, heap_size_limit: 2 ** 32 }; }, serialize: (value) => runcell.Buffer.from(JSON.stringify(value)), deserialize: (bytes) => JSON.parse(bytes.toString()), structuredClone }));
  define("tty", () => ({ isatty: () => false }));

  // What is not there says so when it is used, so that a program that only imports it still runs.
  const absent = (name, reason) => new Proxy({}, {
    get(_, key) {
      if (typeof key === "symbol" || key === "then" || key === "default") return undefined;
      return function () { throw Object.assign(new Error(`${name}.${key}: ${reason}`), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" }); };
    },
    ownKeys: () => known[name] ?? [],
    getOwnPropertyDescriptor: (_, key) => (known[name] ?? []).includes(key) ? { enumerable: true, configurable: true, value: undefined } : undefined,
  });
  const known = {
    http: ["request", "get", "createServer", "Agent", "Server"], https: ["request", "get", "createServer", "Agent"], net: ["connect", "createConnection", "createServer", "Socket", "Server"], dns: ["lookup", "resolve", "promises"], tls: ["connect", "createServer"], http2: ["connect"], dgram: ["createSocket"],
    child_process: ["exec", "execSync", "execFile", "execFileSync", "spawn", "spawnSync", "fork"], cluster: ["fork"], worker_threads: ["Worker", "parentPort", "isMainThread", "workerData"], zlib: ["gzipSync", "gunzipSync", "deflateSync", "inflateSync", "createGzip", "createGunzip"], inspector: ["open"], repl: ["start"],
  };
  for (const name of ["http", "https", "net", "dns", "tls", "http2", "dgram"]) define(name, () => absent(name, "a cell has no network"));
  define("dns/promises", () => absent("dns", "a cell has no network"));
  for (const name of ["child_process", "cluster"]) define(name, () => absent(name, "a cell runs one program, it has no other processes"));
  define("worker_threads", () => ({ isMainThread: true, parentPort: null, workerData: null, threadId: 0, Worker: class Worker { constructor() { throw new Error("worker_threads.Worker: a cell has no threads"); } } }));
  for (const name of ["zlib", "inspector", "repl"]) define(name, () => absent(name, "not part of this runtime"));
})
