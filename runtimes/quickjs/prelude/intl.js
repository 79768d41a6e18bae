// Owns: what programs expect of locales, for en-US alone: digits grouped by
// toLocaleString, currencies and percentages, dates in words, natural string
// order. The engine has no Intl; times are local ones, or those of an offset.
(function (runcell) {
  "use strict";
  const SYMBOLS = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", INR: "₹", CNY: "CN¥", KRW: "₩", BRL: "R$", CAD: "CA$", AUD: "A$", MXN: "MX$" };
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const COMPACT = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "K"]];

  // The decimal digits of |value| with between least and most places, halves away from zero.
  function fixed(value, least, most) {
    let text = Math.abs(value).toFixed(Math.min(most, 100));
    const exact = String(Math.abs(value));
    if (exact.length < 18 && /^\d+\.\d+$/.test(exact)) {
      const [whole, part] = exact.split(".");
      if (part.length > most && part[most] >= "5" && /^50*$/.test(part.slice(most))) {
        const up = (BigInt(whole + part.slice(0, most)) + 1n).toString().padStart(most + 1, "0");
        text = most ? `${up.slice(0, -most)}.${up.slice(-most)}` : up;
      }
    }
    if (!text.includes(".")) return text;
    let [whole, part] = text.split(".");
    while (part.length > least && part.endsWith("0")) part = part.slice(0, -1);
    return part ? `${whole}.${part}` : whole;
  }
  function significant(value, least, most) {
    if (value === 0) return "0";
    const places = Math.max(0, most - 1 - Math.floor(Math.log10(Math.abs(value))));
    return fixed(Number(value.toPrecision(most)), Math.max(0, places - (most - least)), Math.min(places, 100));
  }
  const group = (text) => text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ","));

  class NumberFormat {
    #options;
    constructor(locales, options = {}) {
      const { style = "decimal", currency, notation } = options;
      const money = style === "currency" && !["JPY", "KRW"].includes(currency) ? 2 : 0;
      const least = options.minimumFractionDigits ?? Math.min(money, options.maximumFractionDigits ?? money);
      const most = options.maximumFractionDigits ?? Math.max(least, style === "currency" ? money : style === "percent" || notation === "compact" ? 0 : 3);
      if (!(least >= 0 && least <= most && most <= 100)) throw new RangeError("maximumFractionDigits value is out of range.");
      this.#options = { ...options, style, least, most };
      this.format = (value) => this.#text(value);
    }
    #text(value) {
      const { style, currency, least, most, notation, useGrouping = true, unit, signDisplay, minimumIntegerDigits = 1, minimumSignificantDigits, maximumSignificantDigits, currencyDisplay } = this.#options;
      if (typeof value !== "bigint") value = Number(value);
      const negative = value < 0 || Object.is(value, -0);
      let suffix = "";
      let text;
      if (typeof value === "bigint") text = String(value < 0n ? -value : value) + (least ? `.${"0".repeat(least)}` : "");
      else if (Number.isNaN(value)) text = "NaN";
      else if (!Number.isFinite(value)) text = "∞";
      else {
        if (style === "percent") value *= 100;
        const step = notation === "compact" ? COMPACT.find(([size]) => Math.abs(value) >= size) : undefined;
        if (step) [value, suffix] = [value / step[0], step[1]];
        if (maximumSignificantDigits || minimumSignificantDigits) text = significant(value, minimumSignificantDigits ?? 1, maximumSignificantDigits ?? 21);
        else if (notation === "compact" && this.#options.maximumFractionDigits === undefined) text = Math.abs(value) < 100 ? significant(value, 1, 2) : fixed(value, 0, 0);
        else text = fixed(value, least, most);
      }
      text = text.padStart(minimumIntegerDigits + (text.includes(".") ? text.length - text.indexOf(".") : 0), "0");
      if (useGrouping && useGrouping !== "false") text = group(text);
      text += suffix;
      if (style === "percent") text += "%";
      if (style === "unit") text += ` ${unit}`;
      if (style === "currency") text = currencyDisplay === "code" ? `${currency}\xa0${text}` : (SYMBOLS[currency] ?? `${currency}\xa0`) + text;
      const zero = /^[^1-9]*$/.test(text) && text !== "∞";
      if (negative && signDisplay !== "never" && !(zero && signDisplay === "negative")) return `-${text}`;
      return signDisplay === "always" || (signDisplay === "exceptZero" && !zero) ? `+${text}` : text;
    }
    formatToParts(value) { return [{ type: "literal", value: this.format(value) }]; }
    resolvedOptions() { return { locale: "en-US", numberingSystem: "latn", ...this.#options }; }
    static supportedLocalesOf(locales) { return [locales].flat(); }
  }

  const two = (number) => String(number).padStart(2, "0");
  const STYLES = {
    full: { weekday: "long", year: "numeric", month: "long", day: "numeric" }, long: { year: "numeric", month: "long", day: "numeric" },
    medium: { year: "numeric", month: "short", day: "numeric" }, short: { year: "2-digit", month: "numeric", day: "numeric" },
  };
  const TIMES = { full: ["numeric", true], long: ["numeric", true], medium: ["numeric", false], short: [undefined, false] };

  const zoneName = (minutes) => {
    const size = Math.abs(minutes);
    return minutes === 0 ? "UTC" : `GMT${minutes < 0 ? "-" : "+"}${Math.floor(size / 60)}${size % 60 ? `:${two(size % 60)}` : ""}`;
  };

  class DateTimeFormat {
    #options;
    constructor(locales, options = {}, fallback = "date") {
      options = { ...options };
      const { timeZone = "UTC" } = options;
      if (!/^(?:utc|gmt|etc\/utc|etc\/gmt|[+-]\d\d:?\d\d)$/i.test(timeZone)) throw new RangeError(`Invalid time zone specified: ${timeZone} (this runtime knows UTC and offsets such as +02:00)`);
      if (options.dateStyle) Object.assign(options, STYLES[options.dateStyle]);
      if (options.timeStyle) Object.assign(options, { hour: "numeric", minute: "2-digit", second: TIMES[options.timeStyle][0], timeZoneName: TIMES[options.timeStyle][1] ? "short" : undefined });
      const dated = ["weekday", "year", "month", "day"].some((key) => options[key]);
      const timed = ["hour", "minute", "second", "fractionalSecondDigits"].some((key) => options[key]);
      if (!options.dateStyle && !options.timeStyle) {
        if (!dated && (fallback === "date" && !timed || fallback === "both" && !timed)) Object.assign(options, { year: "numeric", month: "numeric", day: "numeric" });
        if (!timed && (fallback === "time" && !dated || fallback === "both" && !dated)) Object.assign(options, { hour: "numeric", minute: "2-digit", second: "2-digit" });
      }
      this.#options = options;
      this.format = (date) => this.#text(date === undefined ? new Date() : new Date(date));
    }
    #text(date) {
      if (Number.isNaN(date.getTime())) throw new RangeError("Invalid time value");
      const offset = /^([+-])(\d\d):?(\d\d)$/.exec(this.#options.timeZone ?? "");
      const local = this.#options.timeZone === undefined ? -date.getTimezoneOffset() : 0;
      const minutes = offset ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : local;
      if (minutes) date = new Date(date.getTime() + minutes * 60000);
      const parts = [this.#date(date), this.#time(date, minutes)].filter((part) => part !== "");
      const { dateStyle } = this.#options;
      return parts.join(dateStyle === "full" || dateStyle === "long" ? " at " : ", ");
    }
    #date(date) {
      const { weekday, year, month, day } = this.#options;
      const name = weekday && (weekday === "long" ? DAYS[date.getUTCDay()] : DAYS[date.getUTCDay()].slice(0, weekday === "narrow" ? 1 : 3));
      const years = year && (year === "2-digit" ? two(date.getUTCFullYear() % 100) : String(date.getUTCFullYear()));
      const days = day && (day === "2-digit" ? two(date.getUTCDate()) : String(date.getUTCDate()));
      const number = date.getUTCMonth();
      if (month === "long" || month === "short" || month === "narrow") {
        const words = month === "long" ? MONTHS[number] : MONTHS[number].slice(0, month === "narrow" ? 1 : 3);
        const middle = days ? `${words} ${days}` : words;
        return [name, middle, years].filter(Boolean).reduce((text, part) => text === "" ? part : text + (part === years && !days ? " " : ", ") + part, "");
      }
      const digits = [month && (month === "2-digit" ? two(number + 1) : String(number + 1)), days, years].filter(Boolean).join("/");
      return [name, digits].filter(Boolean).join(", ");
    }
    #time(date, minutes) {
      const { hour, minute, second, hour12, hourCycle, fractionalSecondDigits, timeZoneName } = this.#options;
      const twelve = hour12 ?? !/^h2/.test(hourCycle ?? "h12");
      const hours = twelve ? date.getUTCHours() % 12 || 12 : date.getUTCHours();
      const shown = [];
      if (hour) shown.push(hour === "2-digit" || !twelve ? two(hours) : String(hours));
      if (minute) shown.push(hour || second ? two(date.getUTCMinutes()) : String(date.getUTCMinutes()));
      if (second) shown.push((minute ? two(date.getUTCSeconds()) : String(date.getUTCSeconds())) + (fractionalSecondDigits ? `.${String(date.getUTCMilliseconds()).padStart(3, "0").slice(0, fractionalSecondDigits)}` : ""));
      if (shown.length === 0) return "";
      return shown.join(":") + (hour && twelve ? date.getUTCHours() < 12 ? " AM" : " PM" : "") + (timeZoneName ? ` ${zoneName(minutes)}` : "");
    }
    formatToParts(date) { return [{ type: "literal", value: this.format(date) }]; }
    formatRange(from, to) { return `${this.format(from)} – ${this.format(to)}`; }
    resolvedOptions() { return { locale: "en-US", calendar: "gregory", numberingSystem: "latn", timeZone: this.#options.timeZone ?? (runcell.process.env.TZ || "UTC") }; }
    static supportedLocalesOf(locales) { return [locales].flat(); }
  }

  // Letters first without accents and case, then accents, then small before capital.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const rank = (character) => /[\p{L}]/u.test(character) ? 2 : /\p{N}/u.test(character) ? 1 : 0;
  function compareFolded(a, b, numeric) {
    const left = numeric ? a.match(/\d+|\D/gu) ?? [] : [...a];
    const right = numeric ? b.match(/\d+|\D/gu) ?? [] : [...b];
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      if (left[i] === right[i]) continue;
      if (numeric && /^\d/.test(left[i]) && /^\d/.test(right[i])) {
        const order = Number(left[i]) - Number(right[i]);
        if (order) return Math.sign(order);
        continue;
      }
      // A mark over a letter weighs more than whatever comes instead of it.
      const marks = /\p{M}/u.test(left[i]) - /\p{M}/u.test(right[i]);
      if (marks) return marks;
      const order = rank(left[i]) - rank(right[i]);
      if (order) return Math.sign(order);
      return left[i] < right[i] ? -1 : 1;
    }
    return Math.sign(left.length - right.length);
  }
  function localeCompare(a, b, options = {}) {
    const { sensitivity = "variant", numeric = false } = options;
    if (a === b) return 0;
    const base = compareFolded(fold(a), fold(b), numeric);
    if (base || sensitivity === "base") return base;
    const left = a.normalize("NFD");
    const right = b.normalize("NFD");
    if (sensitivity !== "case") {
      const accents = compareFolded(left.toLowerCase(), right.toLowerCase(), numeric);
      if (accents || sensitivity === "accent") return accents;
    }
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      if (left[i] !== right[i]) return left[i] === left[i].toLowerCase() ? -1 : 1;
    }
    return 0;
  }

  class Collator {
    constructor(locales, options) { this.compare = (a, b) => localeCompare(String(a), String(b), options); }
    resolvedOptions() { return { locale: "en-US" }; }
  }
  class PluralRules {
    #ordinal;
    constructor(locales, { type } = {}) { this.#ordinal = type === "ordinal"; }
    select(n) {
      if (!this.#ordinal) return n === 1 ? "one" : "other";
      if (n % 100 >= 11 && n % 100 <= 13) return "other";
      return ["other", "one", "two", "few"][n % 10] ?? "other";
    }
  }
  class ListFormat {
    #word;
    constructor(locales, { type = "conjunction" } = {}) { this.#word = type === "disjunction" ? "or" : "and"; }
    format(list) {
      const items = [...list];
      if (items.length < 3) return items.join(` ${this.#word} `);
      return `${items.slice(0, -1).join(", ")}, ${this.#word} ${items.at(-1)}`;
    }
  }
  class RelativeTimeFormat {
    #auto;
    constructor(locales, { numeric } = {}) { this.#auto = numeric === "auto"; }
    format(value, unit) {
      unit = unit.replace(/s$/, "");
      if (this.#auto && unit === "day" && Math.abs(value) <= 1) return ["yesterday", "today", "tomorrow"][value + 1];
      const text = `${group(String(Math.abs(value)))} ${unit}${Math.abs(value) === 1 ? "" : "s"}`;
      return value < 0 || Object.is(value, -0) ? `${text} ago` : `in ${text}`;
    }
  }
  class Segmenter {
    #by;
    constructor(locales, { granularity = "grapheme" } = {}) { this.#by = granularity; }
    segment(text) {
      const pattern = this.#by === "word" ? /[\p{L}\p{N}_']+|[^\p{L}\p{N}_']/gu : /\P{M}(?:\p{M}|\p{EMod}|\ufe0f|\u200d\P{M})*/gu;
      return [...text.matchAll(pattern)].map((match) => ({ segment: match[0], index: match.index, input: text, isWordLike: this.#by === "word" ? /[\p{L}\p{N}]/u.test(match[0]) : undefined }));
    }
  }

  const Intl = { NumberFormat, DateTimeFormat, Collator, PluralRules, ListFormat, RelativeTimeFormat, Segmenter, getCanonicalLocales: (locales) => [locales ?? []].flat(), supportedValuesOf: () => [] };
  // Built-in constructors of Intl may be called without new.
  for (const name of ["NumberFormat", "DateTimeFormat", "Collator"]) Intl[name] = new Proxy(Intl[name], { apply: (Format, _, parts) => new Format(...parts) });
  Object.defineProperty(Intl, Symbol.toStringTag, { value: "Intl" });
  runcell.global({ Intl });

  // As a built-in one: not a constructor, and with the length that the standard says.
  const method = (prototype, name, value, length = 0) => {
    Object.defineProperty(value, "length", { value: length, configurable: true });
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
  };
  for (const Type of [NumberFormat, DateTimeFormat, Collator, PluralRules, ListFormat, RelativeTimeFormat, Segmenter]) {
    Object.defineProperty(Type, "length", { value: 0, configurable: true });
  }
  Object.defineProperty(Intl.supportedValuesOf, "length", { value: 1, configurable: true });
  const methods = {
    number: { toLocaleString(locales, options) { return new NumberFormat(locales, options).format(Number.prototype.valueOf.call(this)); } },
    bigint: { toLocaleString(locales, options) { return new NumberFormat(locales, options).format(BigInt.prototype.valueOf.call(this)); } },
    string: {
      localeCompare(other, locales, options) {
        if (this === null || this === undefined) throw new TypeError("String.prototype.localeCompare called on null or undefined");
        return localeCompare(String(this), String(other), options);
      },
    },
  };
  method(Number.prototype, "toLocaleString", methods.number.toLocaleString);
  method(BigInt.prototype, "toLocaleString", methods.bigint.toLocaleString);
  method(String.prototype, "localeCompare", methods.string.localeCompare, 1);
  const dates = { toLocaleString: "both", toLocaleDateString: "date", toLocaleTimeString: "time" };
  for (const [name, fallback] of Object.entries(dates)) {
    method(Date.prototype, name, { [name](locales, options) {
      return Number.isNaN(this.getTime()) ? "Invalid Date" : new DateTimeFormat(locales, { ...options, ...(fallback === "date" && options?.dateStyle === undefined ? { hour: options?.hour } : {}) }, fallback).format(this);
    } }[name]);
  }
})
