// URL by the rules of the WHATWG: parts, setters, relative references, odd input.
const url = new URL("https://user:p%40ss@sub.example.com:8080/a/b/../c d?x=1&y=a b#frag ment");
console.log(url.href);
console.log(url);
url.port = "443";
url.pathname = "/new path/é";
url.search = "q=1 2&é";
url.hash = "";
url.username = "";
url.password = "";
url.host = "other.org:99";
console.log(url.href, String(url) === url.toJSON());
url.protocol = "http";
url.hostname = "UPPER.example";
console.log(url.origin, url.host);

const base = "http://host/dir/page?query#hash";
for (const reference of [
  "other",
  "./x",
  "../y",
  "/abs",
  "//else.where/p",
  "?new",
  "#part",
  "",
  "a/../b/./c",
  "mailto:me@x.org",
  "http:relative",
  "\\\\back\\slash",
  "..",
  "g;x=1/../y",
  "%2e%2e/up",
  "a?b#c?d",
]) {
  console.log(JSON.stringify(reference).padEnd(22), new URL(reference, base).href);
}
for (const text of [
  "HTTP://EXAMPLE.com:80/%7Efoo/%zz",
  "http://1.2.3.4.5/",
  "http://0x7f.1/",
  "http://192.168.257/",
  "http://[::1]:3000/",
  "http://[1:2:0:0:5:0:0:0]/",
  "http://münchen.de/ä",
  "http://ex ample/",
  "http://a:b:c/",
  "http://host:99999/",
  "http://",
  "https:/x",
  "https:x",
  "file:///C:/a/../b",
  "file:c:\\dir",
  "data:text/plain,hi there",
  "blob:https://a.org/id",
  "javascript:alert(1)",
  "  http://trim.me  ",
  "ht\ntp://li\tne.br/eak",
  "http://user@/x",
  "http://a%41.com",
  "http://%00.com",
  "non-special://h/p/../q",
  "foo:bar",
  "//no-scheme",
  "",
  "http://a/b?c=%27'd|e",
]) {
  const parsed = URL.parse(text);
  console.log(JSON.stringify(text).padEnd(30), parsed ? parsed.href : "invalid");
}
try {
  new URL("nope");
} catch (error) {
  console.log(error.name, error.code, error.message, error.input);
}
try {
  new URL("/path", "nope");
} catch (error) {
  console.log(error.code, error.base);
}
console.log(
  URL.canParse("http://ok"),
  URL.canParse("bad"),
  URL.canParse("x", "http://b"),
  new URL("http://h/p?").search,
  new URL("http://h/p?").href,
  new URL("http://h").pathname,
);
console.log(
  new URL("data:text/plain,x").origin,
  new URL("blob:https://a.org/id").origin,
  new URL("file:///x").host === "",
  Object.prototype.toString.call(url),
  JSON.stringify({ url: new URL("http://j/") }),
);
const { fileURLToPath, pathToFileURL } = require("url");
console.log(fileURLToPath("file:///a%20b/c.txt"), pathToFileURL("/x y/é#?.txt").href);
