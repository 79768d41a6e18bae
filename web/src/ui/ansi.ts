// Colours of terminals: a line of output as pieces of text with classes. All other control sequences are left out.
//
// Owns the reading of SGR sequences. Text stays text: nothing here makes markup.

export interface Piece { text: string; look: string }

/** The attributes that are switched on. They go on from line to line. */
export interface Look { fore: string; back: string; bold: boolean; dim: boolean; italic: boolean; under: boolean }

export const PLAIN: Look = { fore: "", back: "", bold: false, dim: false, italic: false, under: false };

// CSI with its end, OSC with its end, other escapes of two characters; then controls that show nothing.
const SEQUENCE = /\x1b\[([0-9;:?<=>]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g;

function classes(look: Look): string {
  const on = [look.fore && `f${look.fore}`, look.back && `b${look.back}`, look.bold && "bold", look.dim && "dim", look.italic && "italic", look.under && "under"];
  return on.filter(Boolean).join(" ");
}

/** The nearest of the 16 colours for one of the 256. */
function near(index: number): string {
  if (index < 16) return String(index);
  if (index >= 232) return index < 244 ? "8" : "7";
  const cube = index - 16;
  const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return nearOf(parts.map((part) => part * 51));
}

function nearOf(parts: number[]): string {
  const most = Math.max(...parts);
  const bits = parts.reduce((all, part, at) => all | (part > most / 2 && most > 60 ? 1 << at : 0), 0);
  return String(bits + (most > 190 ? 8 : 0));
}

function change(look: Look, codes: number[]): Look {
  const next = { ...look };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) Object.assign(next, PLAIN);
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.under = true;
    else if (code === 22) [next.bold, next.dim] = [false, false];
    else if (code === 23) next.italic = false;
    else if (code === 24) next.under = false;
    else if (code === 39) next.fore = "";
    else if (code === 49) next.back = "";
    else if (code >= 30 && code <= 37) next.fore = String(code - 30);
    else if (code >= 90 && code <= 97) next.fore = String(code - 82);
    else if (code >= 40 && code <= 47) next.back = String(code - 40);
    else if (code >= 100 && code <= 107) next.back = String(code - 92);
    else if (code === 38 || code === 48) {
      const wide = codes[at + 1] === 2;
      const colour = wide ? nearOf(codes.slice(at + 2, at + 5)) : near(codes[at + 2] ?? 0);
      if (code === 38) next.fore = colour;
      else next.back = colour;
      at += wide ? 4 : 2;
    }
  }
  return next;
}

/** A line as pieces, and what is switched on after it. */
export function paint(line: string, start: Look): [Piece[], Look] {
  if (!/[\x00-\x1f\x7f]/.test(line)) return [[{ text: line, look: classes(start) }], start];
  // A carriage return begins the line again, as progress bars do.
  const shown = line.replace(/\r+$/, "").split("\r").pop() ?? "";
  const pieces: Piece[] = [];
  let [look, from] = [start, 0];
  const add = (text: string) => { if (text !== "") pieces.push({ text, look: classes(look) }); };
  for (const match of shown.matchAll(SEQUENCE)) {
    add(shown.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") look = change(look, (match[1] || "0").split(/[;:]/).map(Number));
  }
  add(shown.slice(from));
  return [pieces, look];
}

/** The attributes that are switched on after a line. */
export const after = (line: string, start: Look): Look => (line.includes("\x1b[") ? paint(line, start)[1] : start);
