// Owns: URL, by the rules of the WHATWG standard (URLSearchParams is in
// url_search.js, hosts in url_host.js).
(function (runcell) {
  "use strict";
  const SPECIAL = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21", "file:": "" };
  const C0 = /[\x00-\x1f\x7f-\u{10ffff}]/u;
  const FRAGMENT = /[\x00-\x20"<>`\x7f-\u{10ffff}]/u;
  const QUERY = /[\x00-\x20"#<>\x7f-\u{10ffff}]/u;
  const SPECIAL_QUERY = /[\x00-\x20"#'<>\x7f-\u{10ffff}]/u;
  const PATH = /[\x00-\x20"#<>?^`{}\x7f-\u{10ffff}]/u;
  const USER = /[\x00-\x20"#<>?^`{}/:;=@[\\\]|\x7f-\u{10ffff}]/u;

  function escapeWith(text, unsafe) {
    let out = "";
    for (const character of text.toWellFormed()) {
      if (!unsafe.test(character)) out += character;
      else for (const byte of runcell.encode(character)) out += "%" + byte.toString(16).toUpperCase().padStart(2, "0");
    }
    return out;
  }

  function invalid(input, base) {
    const error = new TypeError("Invalid URL");
    return Object.assign(error, { code: "ERR_INVALID_URL", input: String(input), ...(base === undefined ? {} : { base: String(base) }) });
  }

  const drive = (segment) => /^[A-Za-z][:|]$/.test(segment);
  const single = (segment) => /^(?:\.|%2e)$/i.test(segment);
  const double = (segment) => /^(?:\.|%2e){2}$/i.test(segment);

  function pathFrom(text, special, base, scheme) {
    const path = base ? [...base] : [];
    const segments = text.split(special ? /[/\\]/ : "/");
    segments.forEach((segment, i) => {
      const last = i === segments.length - 1;
      if (double(segment)) {
        if (!(scheme === "file:" && path.length === 1 && drive(path[0]))) path.pop();
        if (last) path.push("");
      } else if (single(segment)) {
        if (last) path.push("");
      } else {
        if (scheme === "file:" && path.length === 0 && drive(segment)) segment = segment[0] + ":";
        path.push(escapeWith(segment, PATH));
      }
    });
    return path;
  }

  // { scheme, username, password, host, port, path, query, fragment }; path is a string when opaque.
  function parse(input, base) {
    let text = input.replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, "").replace(/[\t\n\r]/g, "");
    let fragment = null;
    const hash = text.indexOf("#");
    if (hash >= 0) {
      fragment = escapeWith(text.slice(hash + 1), FRAGMENT);
      text = text.slice(0, hash);
    }
    const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
    if (!match) return base && relative(text, base, fragment);
    const scheme = match[1].toLowerCase() + ":";
    const rest = text.slice(match[0].length);
    const url = { scheme, username: "", password: "", host: null, port: "", path: [], query: null, fragment };
    const special = scheme in SPECIAL;
    if (special && base && base.scheme === scheme && !/^[/\\]/.test(rest) && (scheme !== "file:" ? typeof base.path !== "string" : true)) return relative(rest, base, fragment);
    if (scheme === "file:") return file(rest, url, base);
    if (special) return authority(rest.replace(/^[/\\]*/, ""), url);
    if (rest.startsWith("//")) return authority(rest.slice(2), url);
    const [before, query] = splitQuery(rest);
    setQuery(url, query);
    url.path = before.startsWith("/") ? pathFrom(before.slice(1), false) : escapeWith(before, C0);
    return url;
  }

  function splitQuery(text) {
    const at = text.indexOf("?");
    return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  }
  function setQuery(url, query) {
    url.query = query === null ? null : escapeWith(query, url.scheme in SPECIAL ? SPECIAL_QUERY : QUERY);
  }

  function file(rest, url, base) {
    url.host = "";
    const [before, query] = splitQuery(rest);
    setQuery(url, query);
    const match = /^[/\\]{2}([^/\\]*)(.*)$/s.exec(before);
    if (match && !drive(match[1])) {
      const host = match[1] === "" ? "" : runcell.parseHost(match[1], true);
      if (host === null) return null;
      url.host = host === "localhost" ? "" : host;
      url.path = pathFrom(match[2].replace(/^[/\\]/, ""), true, [], "file:");
    } else if (match) {
      url.path = pathFrom(before.slice(2), true, [], "file:");
    } else if (/^[/\\]/.test(before) || !base || base.scheme !== "file:") {
      url.path = pathFrom(before.replace(/^[/\\]/, ""), true, [], "file:");
    } else {
      return relative(rest, base, url.fragment);
    }
    return url;
  }

  function authority(text, url) {
    const special = url.scheme in SPECIAL;
    const end = text.search(special ? /[/\\?]/ : /[/?]/);
    let place = end < 0 ? text : text.slice(0, end);
    const [before, query] = splitQuery(end < 0 ? "" : text.slice(end));
    const at = place.lastIndexOf("@");
    if (at >= 0) {
      const [, user, password] = /^([^:]*)(?::(.*))?$/s.exec(place.slice(0, at));
      url.username = escapeWith(user, USER);
      url.password = escapeWith(password ?? "", USER);
      place = place.slice(at + 1);
      if (place === "") return null;
    }
    const port = /:(\d*)$/.exec(place);
    if (port && !/\[[^\]]*$/.test(place)) {
      if (port[1] !== "" && Number(port[1]) > 65535) return null;
      url.port = port[1] === "" || String(Number(port[1])) === SPECIAL[url.scheme] ? "" : String(Number(port[1]));
      place = place.slice(0, port.index);
    } else if (/:[^\]]*$/.test(place) && !place.endsWith("]")) return null;
    if (place === "" && (special || port)) return null;
    url.host = place === "" ? "" : runcell.parseHost(place, special);
    if (url.host === null) return null;
    setQuery(url, query);
    url.path = before === "" ? (special ? [""] : []) : pathFrom(before.slice(1), special);
    return url;
  }

  function relative(text, base, fragment) {
    const special = base.scheme in SPECIAL;
    if (typeof base.path === "string") return text === "" && fragment !== null ? { ...base, fragment } : null;
    if (special ? /^[/\\]{2}/.test(text) : text.startsWith("//")) {
      const url = { scheme: base.scheme, username: "", password: "", host: null, port: "", path: [], query: null, fragment };
      return base.scheme === "file:" ? file(text, url, base) : authority(text.slice(2), url);
    }
    const url = { ...base, fragment };
    const [before, query] = splitQuery(text);
    if (before === "" && query === null) return url;
    setQuery(url, query);
    if (before === "") return url;
    if (/^[/]/.test(before) || (special && before[0] === "\\")) url.path = pathFrom(before.slice(1), special, [], base.scheme);
    else url.path = pathFrom(before, special, base.path.slice(0, -1), base.scheme);
    return url;
  }

  function serialize(url, withFragment = true) {
    let text = url.scheme;
    if (url.host !== null) {
      text += "//";
      if (url.username || url.password) text += url.username + (url.password ? `:${url.password}` : "") + "@";
      text += url.host + (url.port ? `:${url.port}` : "");
    } else if (Array.isArray(url.path) && url.path.length > 1 && url.path[0] === "") text += "/.";
    text += pathText(url);
    if (url.query !== null) text += `?${url.query}`;
    if (withFragment && url.fragment !== null) text += `#${url.fragment}`;
    return text;
  }
  const pathText = (url) => typeof url.path === "string" ? url.path : url.path.map((segment) => `/${segment}`).join("");

  class URL {
    #url; #params;
    constructor(input, base) {
      const text = String(input);
      let parent;
      if (base !== undefined) {
        parent = parse(String(base));
        if (!parent) throw invalid(text, base);
      }
      this.#url = parse(text, parent);
      if (!this.#url) throw invalid(text, base);
      this.#params = new URLSearchParams(this.#url.query ?? "");
      runcell.bindParams(this.#params, (query) => { this.#url.query = query === "" ? null : query; });
    }
    static canParse(input, base) { return URL.parse(input, base) !== null; }
    static parse(input, base) {
      try { return new URL(input, base); } catch { return null; }
    }
    static createObjectURL() { throw new TypeError("URL.createObjectURL: a cell has no blobs to serve"); }
    static revokeObjectURL() {}

    get href() { return serialize(this.#url); }
    set href(value) {
      const url = parse(String(value));
      if (!url) throw invalid(value);
      this.#url = url;
      runcell.resetParams(this.#params, url.query ?? "");
    }
    get origin() {
      const { scheme, host, port, path } = this.#url;
      if (scheme === "blob:") return URL.parse(String(path))?.origin ?? "null";
      return scheme in SPECIAL && scheme !== "file:" ? `${scheme}//${host}${port ? `:${port}` : ""}` : "null";
    }
    get protocol() { return this.#url.scheme; }
    set protocol(value) {
      const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):?/.exec(String(value))?.[1].toLowerCase();
      if (scheme === undefined || (`${scheme}:` in SPECIAL) !== (this.#url.scheme in SPECIAL)) return;
      this.#url.scheme = `${scheme}:`;
      if (this.#url.port === SPECIAL[this.#url.scheme]) this.#url.port = "";
    }
    get username() { return this.#url.username; }
    set username(value) { if (this.#url.host) this.#url.username = escapeWith(String(value), USER); }
    get password() { return this.#url.password; }
    set password(value) { if (this.#url.host) this.#url.password = escapeWith(String(value), USER); }
    get host() { return (this.#url.host ?? "") + (this.#url.port ? `:${this.#url.port}` : ""); }
    set host(value) {
      const [, host, port] = /^(\[[^\]]*\]|[^:/?#\\]*)(?::(\d*))?/.exec(String(value));
      this.hostname = host;
      if (port) this.port = port;
    }
    get hostname() { return this.#url.host ?? ""; }
    set hostname(value) {
      if (typeof this.#url.path === "string") return;
      const host = runcell.parseHost(String(value).replace(/[/?#\\].*$/s, ""), this.#url.scheme in SPECIAL);
      if (host) this.#url.host = host;
    }
    get port() { return this.#url.port; }
    set port(value) {
      if (!this.#url.host || this.#url.scheme === "file:") return;
      const digits = /^\d+/.exec(String(value))?.[0];
      if (String(value) === "") this.#url.port = "";
      else if (digits !== undefined && Number(digits) <= 65535) this.#url.port = String(Number(digits)) === SPECIAL[this.#url.scheme] ? "" : String(Number(digits));
    }
    get pathname() { return pathText(this.#url); }
    set pathname(value) {
      if (typeof this.#url.path === "string") return;
      const special = this.#url.scheme in SPECIAL;
      this.#url.path = pathFrom(String(value).replace(special ? /^[/\\]/ : /^\//, ""), special, [], this.#url.scheme);
    }
    get search() { return this.#url.query ? `?${this.#url.query}` : ""; }
    set search(value) {
      const text = String(value).replace(/^\?/, "");
      setQuery(this.#url, text === "" ? null : text);
      runcell.resetParams(this.#params, this.#url.query ?? "");
    }
    get searchParams() { return this.#params; }
    get hash() { return this.#url.fragment ? `#${this.#url.fragment}` : ""; }
    set hash(value) {
      const text = String(value).replace(/^#/, "");
      this.#url.fragment = text === "" ? null : escapeWith(text, FRAGMENT);
    }
    toString() { return this.href; }
    toJSON() { return this.href; }
    [runcell.inspect.custom](depth, options, inspect) {
      const shown = {};
      for (const key of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash"]) shown[key] = this[key];
      return `URL ${inspect(shown, options)}`;
    }
  }

  runcell.global({ URL });
  Object.assign(runcell, { urlEscape: escapeWith });
})
