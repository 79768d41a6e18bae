// The small parts that all views are made of: buttons that wait, problems, empty states, states, bars.
//
// Owns how they look and how they are read aloud. Knows no view.

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { useSignal, type Signal } from "@preact/signals";
import { problem, type Problem } from "../api/client";
import { ago, instant, spoken } from "./words";

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "onClick"> & {
  kind?: "main" | "plain" | "danger";
  /** Its action; the button waits while it goes on. A failure goes to `failed`. */
  act?: () => unknown;
  failed?: (problem: Problem | null) => void;
};

export function Button({ kind = "plain", act, failed, children, disabled, class: more, ...rest }: ButtonProps) {
  const busy = useSignal(false);
  const click = async () => {
    if (busy.peek()) return;
    busy.value = true;
    failed?.(null);
    try {
      await act?.();
    } catch (error) {
      failed?.(problem(error));
    }
    busy.value = false;
  };
  const look = `button ${kind} ${more ?? ""}`;
  return (
    <button type="button" {...rest} class={look} aria-busy={busy.value} disabled={disabled} onClick={act && click}>{children}</button>
  );
}

/** Advice after a refusal. */
const ADVICE: Partial<Record<Problem["reason"], string>> = {
  forbidden: "Ask an admin for a higher role.",
  busy: "The server has enough to do: try again in a moment.",
  quota: "Remove something that is no longer needed, then try again.",
  preparing: "It is being prepared: try again in a moment.",
  unavailable: "Try again in a moment.",
  changed: "Load it again, and repeat the change.",
  internal: "The server's log has more under the id of the request.",
};

export function ProblemBox({ problem: it, retry }: { problem: Problem | null | undefined; retry?: () => unknown }) {
  if (!it) return null;
  return (
    <div class="problem" role="alert">
      <p class="said">{it.detail}</p>
      {it.errors && it.errors.length > 0 && (
        <ul>{it.errors.map((error) => <li>{[error.name, error.message].filter(Boolean).map(String).join(": ")}</li>)}</ul>
      )}
      <p class="quiet">
        {ADVICE[it.reason]} {it.request_id && <>Request <code>{it.request_id}</code>.</>}
      </p>
      {retry && <Button act={retry}>Try again</Button>}
    </div>
  );
}

/** Said while something is read for the first time, where that takes a while. */
export function Reading({ of, words = "Loading." }: { of: { value: Signal<unknown>; problem: Signal<Problem | null> }; words?: string }) {
  return of.value.value === undefined && !of.problem.value ? <p class="quiet late" role="status">{words}</p> : null;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return <div class="empty"><h2>{title}</h2><div>{children}</div></div>;
}

export function Head({ title, children, about }: { title: ComponentChildren; children?: ComponentChildren; about?: ComponentChildren }) {
  return (
    <header class="head">
      <div><h1>{title}</h1>{about && <p class="quiet">{about}</p>}</div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

const TONES: Record<string, string> = {
  completed: "good", finished: "good", ready: "good", healthy: "good", ok: "good", done: "good",
  running: "live", preparing: "live", pending: "calm", partial: "calm", unprepared: "calm", cancelled: "calm",
  failed: "bad", errored: "bad", crashed: "bad", lost: "bad", refused: "bad", timed_out: "warn", terminated: "warn",
};

export function State({ of, words }: { of: string; words?: string }) {
  return <span class={`state ${TONES[of] ?? "calm"}`}>{words ?? spoken(of)}</span>;
}

export function Bar({ label, part, words }: { label: string; part: number; words: string }) {
  const share = Math.min(1, Math.max(0, part));
  return (
    <div class="bar" data-full={share >= 0.9}>
      <span class="name">{label}</span>
      <span class="track" aria-hidden="true"><span style={{ width: `${(share * 100).toFixed(1)}%` }} /></span>
      <span class="amount">{words}</span>
    </div>
  );
}

export function Progress({ words, percent }: { words: string; percent?: number | null }) {
  return (
    <div class="progress">
      <span role="status">{words}</span>
      <progress aria-label={words} max={100} value={percent ?? undefined} />
      {percent !== undefined && percent !== null && <span class="amount">{percent} %</span>}
    </div>
  );
}

export function Time({ at }: { at: string | number | null | undefined }) {
  if (at === null || at === undefined) return <span class="quiet">–</span>;
  const moment = new Date(at);
  return <time dateTime={moment.toISOString()} title={instant(at)}>{ago(at)}</time>;
}

interface FieldProps {
  label: ComponentChildren;
  hint?: ComponentChildren;
  error?: string | null;
  children: (about: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => ComponentChildren;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const words = hint || error ? `${id}-words` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": words, "aria-invalid": Boolean(error) })}
      {words && <div id={words}>{error && <p class="wrong">{error}</p>}{hint && <p class="quiet">{hint}</p>}</div>}
    </div>
  );
}

export function Copy({ text, label = "Copy" }: { text: string; label?: string }) {
  const done = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    done.value = true;
    setTimeout(() => { done.value = false; }, 1500);
  };
  return <Button act={copy}>{done.value ? "Copied" : label}</Button>;
}
