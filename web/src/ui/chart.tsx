// A chart over time, drawn by uPlot when it is loaded; its last values also stand as text.

import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";

interface Line { name: string; values: (number | null)[] }
interface ChartProps { title: string; times: number[]; lines: Line[]; words: (value: number) => string; most?: number; whole?: boolean }

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const clock = (seconds: number) => time.format(new Date(seconds * 1000));
/** The least span of time that is drawn, in seconds: a line of two points across the whole would say more than is known. */
const LEAST = 60;
const STROKES = ["--accent", "--chart-second"];

/** `whole`: values are whole numbers, and so are the marks of the axis. */
export function Chart({ title, times, lines, words, most, whole = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useRef<uPlot.AlignedData>([times]);
  const limit = useRef(most);
  limit.current = most;
  data.current = [times, ...lines.map((line) => line.values)] as uPlot.AlignedData;
  useEffect(() => {
    let here = true;
    const begin = async () => {
      const { default: Plot } = await import("uplot");
      const box = place.current;
      if (!here || !box) return;
      // A canvas takes colours only as they are computed.
      const colour = (name: string) => {
        box.style.color = `var(${name})`;
        const computed = getComputedStyle(box).color;
        box.style.color = "";
        return computed;
      };
      const axis = { stroke: () => colour("--quiet"), grid: { stroke: () => colour("--edge"), width: 1 }, ticks: { show: false } };
      plot.current = new Plot({
        width: box.clientWidth, height: 140, legend: { show: false }, cursor: { y: false }, padding: [8, 8, 0, 0],
        scales: {
          x: { range: (_, first, last) => [Math.min(first, last - LEAST), last] },
          y: { range: (_, low, high) => [Math.min(0, low), limit.current ?? Math.max(high * 1.15, 1)] },
        },
        axes: [{ ...axis, size: 28, space: 90, values: (_, all) => all.map(clock) }, { ...axis, size: 64, ...(whole && { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] }), values: (_, all) => all.map((value) => words(value)) }],
        series: [{}, ...lines.map((line, at) => ({ label: line.name, stroke: () => colour(STROKES[at] ?? "--text"), width: 1.6, points: { show: false } }))],
      }, data.current, box);
    };
    void begin();
    const sized = new ResizeObserver(() => { if (place.current) plot.current?.setSize({ width: place.current.clientWidth, height: 140 }); });
    if (place.current) sized.observe(place.current);
    return () => { here = false; sized.disconnect(); plot.current?.destroy(); plot.current = null; };
  }, []);
  useEffect(() => plot.current?.setData(data.current), [times, most]);
  const last = lines.map((line) => [line.name, line.values.at(-1)] as const);
  return (
    <figure class="chart">
      <figcaption>{title} {last.map(([name, value], at) => value !== undefined && value !== null && <span class={`line-${at} ${lines.length > 1 ? "key" : ""}`}>{lines.length > 1 && `${name} `}<strong>{words(value)}</strong></span>)}</figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${last.map(([name, value]) => `${name} ${value === undefined || value === null ? "unknown" : words(value)}`).join(", ")}`} />
    </figure>
  );
}
