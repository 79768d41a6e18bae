// The view of whoever is not logged in.

import { useSignal } from "@preact/signals";
import type { Problem } from "../api/client";
import { login, start, startProblem } from "../state/session";
import { Button, Field, ProblemBox } from "../ui/kit";

export function LoginView() {
  const [name, password, failed] = [useSignal(""), useSignal(""), useSignal<Problem | null>(null)];
  return (
    <main class="login" id="main" tabIndex={-1}>
      <form onSubmit={(event) => event.preventDefault()}>
        <h1><Mark /> runcell</h1>
        <ProblemBox problem={startProblem.value} retry={start} />
        <Field label="Name">{(about) => <input {...about} name="username" autocomplete="username" autofocus required value={name.value} onInput={(event) => { name.value = event.currentTarget.value; }} />}</Field>
        <Field label="Password">{(about) => <input {...about} name="password" type="password" autocomplete="current-password" required value={password.value} onInput={(event) => { password.value = event.currentTarget.value; }} />}</Field>
        <ProblemBox problem={failed.value} />
        <Button kind="main" type="submit" act={() => login(name.value.trim(), password.value)} failed={(it) => { failed.value = it; }}>Log in</Button>
        <p class="quiet">The first start of the server said the password of <code>admin</code> in its terminal. An admin adds other users.</p>
      </form>
    </main>
  );
}

export const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M12 2 21 7v10l-9 5-9-5V7z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" /><path d="m10 8.5 5 3.5-5 3.5z" fill="currentColor" /></svg>
);
