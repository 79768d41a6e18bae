// Tabs: one of several panels, chosen with a click or the arrow keys.

import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { useSignal, type Signal } from "@preact/signals";

export interface Tab { name: string; label: ComponentChildren; body: () => ComponentChildren }

export function Tabs({ label, tabs, chosen, class: more = "" }: { label: string; tabs: Tab[]; chosen?: Signal<string>; class?: string }) {
  const own = useSignal(tabs[0]?.name ?? "");
  const now = chosen ?? own;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(0, tabs.findIndex((tab) => tab.name === now.value));
  const key = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: tabs.length - 1 - at }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (at + step + tabs.length) % tabs.length;
    now.value = tabs[next]?.name ?? now.value;
    (list.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class={`tabs ${more}`}>
      <div role="tablist" aria-label={label} ref={list} onKeyDown={key}>
        {tabs.map((tab, index) => (
          <button type="button" role="tab" id={`${id}-${tab.name}`} aria-selected={index === at} tabIndex={index === at ? 0 : -1}
            aria-controls={index === at ? `${id}-panel` : undefined} onClick={() => { now.value = tab.name; }}>{tab.label}</button>
        ))}
      </div>
      <div role="tabpanel" tabIndex={0} id={`${id}-panel`} aria-labelledby={`${id}-${tabs[at]?.name}`}>{tabs[at]?.body()}</div>
    </div>
  );
}
