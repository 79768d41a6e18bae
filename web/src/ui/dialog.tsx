// A question before something is lost: the browser's own modal dialog, which keeps the focus and gives it back.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Problem } from "../api/client";
import { Button, ProblemBox } from "./kit";

export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} aria-labelledby={id} onClose={close}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmProps { label: string; title: string; children?: ComponentChildren; act: () => Promise<unknown> }

/** A button that asks first. */
export function Confirm({ label, title, children, act }: ConfirmProps) {
  const open = useSignal(false);
  const failed = useSignal<Problem | null>(null);
  const sure = async () => {
    await act();
    open.value = false;
  };
  return (
    <>
      <Button act={() => { open.value = true; }}>{label}</Button>
      {open.value && (
        <Dialog title={title} close={() => { open.value = false; }}>
          {children && <p>{children}</p>}
          <ProblemBox problem={failed.value} />
          <div class="actions">
            <Button act={() => { open.value = false; }}>Keep it</Button>
            <Button kind="danger" act={sure} failed={(it) => { failed.value = it; }}>{label}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
