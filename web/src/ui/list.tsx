// A long list of which only the rows that are looked at are elements, and of which more is read when its end comes near.
//
// Owns the window and when more is asked for. Rows have one height.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";

const AROUND = 8;

interface ListProps<T> {
  label: string;
  items: T[];
  height: number;
  keyOf: (item: T) => string | number;
  row: (item: T) => ComponentChildren;
  /** Reads more, if there is more. */
  more?: (() => unknown) | null;
}

export function VirtualList<T>({ label, items, height, keyOf, row, more }: ListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const seen = useSignal(600);
  const measure = () => {
    top.value = box.current?.scrollTop ?? 0;
    seen.value = box.current?.clientHeight ?? 600;
  };
  useEffect(() => {
    const sized = new ResizeObserver(measure);
    if (box.current) sized.observe(box.current);
    return () => sized.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top.value / height) - AROUND);
  const last = Math.min(items.length, Math.ceil((top.value + seen.value) / height) + AROUND);
  useEffect(() => {
    if (more && last >= items.length - AROUND) void more();
  }, [last, items.length, more]);
  return (
    <div class="list" ref={box} onScroll={measure} tabIndex={0} role="region" aria-label={label}>
      <ul style={{ height: `${items.length * height}px` }}>
        {items.slice(first, last).map((item, index) => (
          <li key={keyOf(item)} style={{ transform: `translateY(${(first + index) * height}px)`, height: `${height}px` }}
            aria-setsize={items.length} aria-posinset={first + index + 1}>{row(item)}</li>
        ))}
      </ul>
    </div>
  );
}
