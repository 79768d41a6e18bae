// Date: UTC is the time zone, parsing, formatting, arithmetic.
const date = new Date("2024-02-29T12:34:56.789Z");
console.log(date.toISOString(), date.toJSON(), JSON.stringify({ date }), +date, String(date));
console.log(date.toString(), "|", date.toDateString(), "|", date.toTimeString(), "|", date.toUTCString());
console.log(
  date.getFullYear(),
  date.getMonth(),
  date.getDate(),
  date.getDay(),
  date.getHours(),
  date.getMinutes(),
  date.getTimezoneOffset(),
);
const formats = [
  "2024-01-15",
  "2024-01-15T10:00",
  "2024-01-15T10:00:00+02:00",
  "2024-01-15 10:00:00",
  "Jan 15, 2024",
  "15 January 2024 10:00 UTC",
  "Mon, 15 Jan 2024 10:00:00 GMT",
  "2024/01/15",
  "1/15/2024",
  "2024",
  "2024-06",
  "+012024-01-01T00:00:00Z",
  "2024-02-30",
  "2024-13-01",
  "not a date",
  "",
];
for (const text of formats) {
  const parsed = new Date(text);
  console.log(text.padEnd(32), Number.isNaN(parsed.getTime()) ? "Invalid Date" : parsed.toISOString());
}
console.log(
  new Date(2024, 0, 31, 25).toISOString(),
  new Date(99, 0).getFullYear(),
  new Date(0, 0, 1).getFullYear(),
  new Date(2024, 1, 30).getDate(),
);
const moved = new Date(2024, 0, 31);
moved.setMonth(1);
console.log(moved.toISOString(), new Date(moved.setDate(0)).getDate(), moved.setHours(1, 2, 3, 4));
console.log(
  Date.UTC(2024, 0),
  Date.parse("2024-01-01"),
  new Date(8.64e15).toISOString(),
  new Date(8.64e15 + 1).getTime(),
);
console.log(
  new Date(2024, 5) - new Date(2024, 4),
  typeof (date + 1),
  date > new Date(0),
  Math.round((new Date("2024-03-01") - new Date("2024-02-01")) / 864e5),
);
console.log(
  new Date(NaN).getTime(),
  String(new Date(NaN)),
  JSON.stringify(new Date(NaN)),
  new Date(null).getTime(),
  new Date(undefined).getTime(),
);
console.log(
  typeof Date(),
  Math.abs(Date.now() - new Date()) < 1000,
  new Date().getFullYear() >= 2024,
  new Date(new Date(5)).getTime(),
  date.valueOf() === date.getTime(),
);
console.log(
  process.env.TZ === undefined || process.env.TZ === "UTC",
  date.toLocaleString("en-US", { timeZone: "UTC" }).replace(/\s/g, " "),
);
