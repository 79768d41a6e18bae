// The view Profile: who one is, the look of the page, the password, logging out.

import { useSignal } from "@preact/signals";
import { post, type Problem } from "../api/client";
import { theme, type Theme } from "../state/kept";
import { login, logout, me } from "../state/session";
import { Confirm } from "../ui/dialog";
import { Button, Field, Head, ProblemBox } from "../ui/kit";

export function ProfileView() {
  const failed = useSignal<Problem | null>(null);
  const it = me.value;
  return (
    <div class="page">
      <Head title={it?.name ?? ""} about={`${it?.role} of ${it?.tenant}`}>
        <Button act={() => logout(false)} failed={(problem) => { failed.value = problem; }}>Log out</Button>
        <Confirm label="Log out everywhere" title="Log out everywhere?" act={() => logout(true)}>All logins of yours end, on this and on other machines.</Confirm>
      </Head>
      <ProblemBox problem={failed.value} />
      <div class="fields narrow">
        <Field label="Appearance">{(about) => (
          <select {...about} value={theme.value} onChange={(event) => { theme.value = event.currentTarget.value as Theme; }}>
            <option value="system">As the system</option><option value="light">Light</option><option value="dark">Dark</option>
          </select>
        )}</Field>
      </div>
      {it?.user && <Password name={it.user.name} />}
    </div>
  );
}

function Password({ name }: { name: string }) {
  const [old, fresh, done, failed] = [useSignal(""), useSignal(""), useSignal(false), useSignal<Problem | null>(null)];
  const save = async () => {
    await post("/api/auth/password", { body: { old_password: old.value, new_password: fresh.value } });
    // A new password ends all logins, this one too.
    await login(name, fresh.value);
    [old.value, fresh.value, done.value] = ["", "", true];
  };
  return (
    <form class="fields narrow" onSubmit={(event) => event.preventDefault()}>
      <h2>Change the password</h2>
      <input type="text" class="hidden" autocomplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
      <Field label="Old password">{(about) => <input {...about} type="password" autocomplete="current-password" value={old.value} onInput={(event) => { old.value = event.currentTarget.value; }} />}</Field>
      <Field label="New password" hint="All other logins of yours end.">{(about) => <input {...about} type="password" autocomplete="new-password" value={fresh.value} onInput={(event) => { fresh.value = event.currentTarget.value; }} />}</Field>
      <ProblemBox problem={failed.value} />
      {done.value && <p role="status">The password is changed.</p>}
      <div class="actions"><Button kind="main" type="submit" act={save} failed={(it) => { failed.value = it; }}>Change it</Button></div>
    </form>
  );
}
