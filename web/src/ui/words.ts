// Amounts and times as people read them.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytes(count: number): string {
  let [value, unit] = [count, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export function duration(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function count(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return value.toLocaleString("en");
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

export const instant = (time: string | number) => when.format(new Date(time));

/** How long ago it was, in how long it will be, or when. */
export function ago(time: string | number): string {
  const then = new Date(time);
  const seconds = (Date.now() - then.getTime()) / 1000;
  const days = Math.round(-seconds / 86_400);
  if (seconds < -86_400) return `in ${plural(days, "day")}`;
  if (seconds < -45) return seconds > -3600 ? `in ${Math.round(-seconds / 60)} min` : `at ${clock.format(then)}`;
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  return new Date().toDateString() === then.toDateString() ? clock.format(then) : `${day.format(then)}, ${clock.format(then)}`;
}

export const plural = (amount: number, one: string, many = `${one}s`) => `${amount.toLocaleString("en")} ${amount === 1 ? one : many}`;
/** A word of the API as people write it: `timed_out` is "timed out". */
export const spoken = (word: string) => word.replaceAll("_", " ");
