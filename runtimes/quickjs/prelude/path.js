// Owns: node:path, for POSIX paths.
(function (runcell) {
  "use strict";

  function need(value, name = "path") {
    if (typeof value === "string") return;
    const error = new TypeError(`The "${name}" argument must be of type string. Received ${runcell.received(value)}`);
    throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
  }

  function reduced(path, absolute) {
    const out = [];
    for (const part of path.split("/")) {
      if (part === "" || part === ".") continue;
      if (part !== "..") out.push(part);
      else if (out.length && out.at(-1) !== "..") out.pop();
      else if (!absolute) out.push("..");
    }
    return out.join("/");
  }

  function normalize(path) {
    need(path);
    if (path === "") return ".";
    const absolute = path.startsWith("/");
    let text = reduced(path, absolute);
    if (text === "" && !absolute) text = ".";
    if (text !== "" && path.endsWith("/")) text += "/";
    return absolute ? `/${text}` : text;
  }

  function join(...parts) {
    parts.forEach((part) => need(part));
    const text = parts.filter((part) => part !== "").join("/");
    return text === "" ? "." : normalize(text);
  }

  function resolve(...parts) {
    let text = "";
    for (const part of parts.reverse()) {
      need(part);
      if (part === "") continue;
      text = text === "" ? part : `${part}/${text}`;
      if (part.startsWith("/")) return `/${reduced(text, true)}`;
    }
    return `/${reduced(`${runcell.process.cwd()}/${text}`, true)}`;
  }

  function dirname(path) {
    need(path);
    const text = path.replace(/\/+$/, "");
    const at = text.lastIndexOf("/");
    if (at < 0) return path.startsWith("/") ? "/" : ".";
    return text.slice(0, at).replace(/\/+$/, "") || "/";
  }

  function basename(path, suffix) {
    need(path);
    if (suffix !== undefined) need(suffix, "suffix");
    if (suffix === path) return "";
    const text = path.replace(/\/+$/, "");
    const name = text.slice(text.lastIndexOf("/") + 1);
    if (suffix === undefined) return name;
    return name !== suffix && name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name;
  }

  function extname(path) {
    const name = basename(path);
    const at = name.lastIndexOf(".");
    return at <= 0 || /^\.+$/.test(name) ? "" : name.slice(at);
  }

  function parse(path) {
    need(path);
    const base = basename(path);
    const ext = extname(path);
    const root = path.startsWith("/") ? "/" : "";
    const dir = base === "" ? root : path.replace(/\/+$/, "").includes("/") ? dirname(path) : "";
    return { root, dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
  }

  function format({ dir, root = "", base, name = "", ext = "" }) {
    const file = base ?? name + (ext && !ext.startsWith(".") ? `.${ext}` : ext);
    if (!dir) return root + file;
    return dir === root ? dir + file : `${dir}/${file}`;
  }

  function relative(from, to) {
    need(from, "from");
    need(to, "to");
    const start = resolve(from).split("/").filter(Boolean);
    const end = resolve(to).split("/").filter(Boolean);
    let shared = 0;
    while (shared < start.length && start[shared] === end[shared]) shared++;
    return [...start.slice(shared).fill(".."), ...end.slice(shared)].join("/");
  }

  function matchesGlob(path, pattern) {
    const source = pattern.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*\*\/?|\*|\?/g, (mark) => mark === "*" ? "[^/]*" : mark === "?" ? "[^/]" : mark.endsWith("/") ? "(?:.*/)?" : ".*");
    return new RegExp(`^${source}$`).test(path);
  }

  const isAbsolute = (path) => { need(path); return path.startsWith("/"); };
  const path = { sep: "/", delimiter: ":", normalize, join, resolve, dirname, basename, extname, parse, format, relative, isAbsolute, matchesGlob, toNamespacedPath: (text) => text };
  path.posix = path;
  runcell.path = path;
  runcell.define("path", () => path);
  runcell.define("path/posix", () => path);
})
