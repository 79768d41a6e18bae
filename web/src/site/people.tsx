// The view People: users and their roles, tokens of programs.

import { useSignal } from "@preact/signals";
import { get, patch, post, remove, type Problem, type Schemas } from "../api/client";
import { useLoad } from "../state/load";
import { me, type Role } from "../state/session";
import { Confirm, Dialog } from "../ui/dialog";
import { Button, Copy, Field, Head, ProblemBox, Reading, State, Time } from "../ui/kit";

type User = Schemas["UserJson"];
const ROLES: [string, string][] = [["viewer", "reads"], ["runner", "runs code, submits jobs, uploads"], ["deployer", "also instances"], ["admin", "everything"]];

const Roles = () => <>{ROLES.map(([role, words]) => <option value={role}>{role}: {words}</option>)}</>;

export function PeopleView() {
  const users = useLoad((signal) => get("/api/users", { query: { limit: 200 }, signal }));
  const tokens = useLoad((signal) => get("/api/tokens", { query: { limit: 200 }, signal }));
  return (
    <div class="page">
      <Head title="People" about="Who may use this server, and the tokens of programs." />
      <section>
        <div class="row-head"><h2>Users</h2><span class="space" /><AddUser again={users.again} /></div>
        <ProblemBox problem={users.problem.value} retry={users.again} />
      <Reading of={users} />
        <ul class="plain rows">{users.value.value?.users.map((user) => <OneUser key={user.id} user={user} again={users.again} />)}</ul>
      </section>
      <section>
        <div class="row-head"><h2>Tokens</h2><span class="space" /><AddToken users={users.value.value?.users ?? []} again={tokens.again} /></div>
        <ProblemBox problem={tokens.problem.value} retry={tokens.again} />
        {tokens.value.value?.tokens.length === 0 && <p class="quiet">No tokens yet: a program that uses the API needs one.</p>}
        <ul class="plain rows">
          {tokens.value.value?.tokens.map((token) => (
            <li key={token.id} class="row-head">
              <strong>{token.label}</strong><span>{token.role}</span><code class="quiet">{token.prefix}…</code>
              {token.user && <span class="quiet">of {token.user}</span>}
              <span class="quiet">{token.last_used_at ? <>used <Time at={token.last_used_at} /></> : "never used"}</span>
              <span class="quiet">{token.expires_at ? <>ends <Time at={token.expires_at} /></> : "never ends"}</span>
              <span class="space" />
              {token.source === "environment" ? <span class="quiet">of the environment</span> : <Confirm label="Remove" title={`Remove the token ${token.label}?`} act={async () => { await remove("/api/tokens/{id}", { path: { id: token.id } }); await tokens.again(); }}>Programs that use it are refused at once.</Confirm>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function OneUser({ user, again }: { user: User; again: () => Promise<void> }) {
  const failed = useSignal<Problem | null>(null);
  const set = async (body: Schemas["UserChangeJson"]) => {
    await patch("/api/users/{id}", { path: { id: user.id }, body });
    await again();
  };
  const own = me.value?.user?.id === user.id;
  return (
    <li>
      <div class="row-head">
        <strong>{user.name}</strong>{own && <span class="quiet">you</span>}{user.disabled && <State of="pending" words="disabled" />}
        <span class="quiet">since <Time at={user.created_at} /></span><span class="space" />
        <label><span class="hidden">Role of {user.name}</span>
          <select value={user.role} onChange={(event) => { set({ role: event.currentTarget.value }).catch((error) => { failed.value = error.problem ?? null; void again(); }); }}>{ROLES.map(([role]) => <option>{role}</option>)}</select></label>
        <Password user={user} set={set} />
        {!own && <Button act={() => set({ disabled: !user.disabled })} failed={(it) => { failed.value = it; }}>{user.disabled ? "Enable" : "Disable"}</Button>}
        {!own && <Confirm label="Remove" title={`Remove ${user.name}?`} act={async () => { await remove("/api/users/{id}", { path: { id: user.id } }); await again(); }}>Logins and tokens of the user go with it. Jobs and files stay with the tenant.</Confirm>}
      </div>
      <ProblemBox problem={failed.value} />
    </li>
  );
}

function Password({ user, set }: { user: User; set: (body: Schemas["UserChangeJson"]) => Promise<void> }) {
  const [open, password, failed] = [useSignal(false), useSignal(""), useSignal<Problem | null>(null)];
  const save = async () => {
    await set({ password: password.value });
    [open.value, password.value] = [false, ""];
  };
  return (
    <>
      <Button act={() => { open.value = true; }}>New password</Button>
      {open.value && (
        <Dialog title={`A new password for ${user.name}`} close={() => { open.value = false; }}>
          <form onSubmit={(event) => event.preventDefault()}>
            <Field label="Password" hint="The user's logins end.">{(about) => <input {...about} type="password" autocomplete="new-password" value={password.value} onInput={(event) => { password.value = event.currentTarget.value; }} />}</Field>
            <ProblemBox problem={failed.value} />
            <div class="actions"><Button act={() => { open.value = false; }}>Cancel</Button><Button kind="main" type="submit" act={save} failed={(it) => { failed.value = it; }}>Save</Button></div>
          </form>
        </Dialog>
      )}
    </>
  );
}

function AddUser({ again }: { again: () => Promise<void> }) {
  const [open, failed] = [useSignal(false), useSignal<Problem | null>(null)];
  const [name, password, role, tenant] = [useSignal(""), useSignal(""), useSignal<Role>("runner"), useSignal("")];
  const add = async () => {
    await post("/api/users", { body: { name: name.value.trim(), password: password.value, role: role.value, tenant: tenant.value.trim() || null } });
    await again();
    [open.value, name.value, password.value] = [false, "", ""];
  };
  return (
    <>
      <Button act={() => { open.value = true; }}>Add a user</Button>
      {open.value && (
        <Dialog title="Add a user" close={() => { open.value = false; }}>
          <form class="fields" onSubmit={(event) => event.preventDefault()}>
            <Field label="Name">{(about) => <input {...about} autocomplete="off" value={name.value} onInput={(event) => { name.value = event.currentTarget.value; }} />}</Field>
            <Field label="Password">{(about) => <input {...about} type="password" autocomplete="new-password" value={password.value} onInput={(event) => { password.value = event.currentTarget.value; }} />}</Field>
            <Field label="Role">{(about) => <select {...about} value={role.value} onChange={(event) => { role.value = event.currentTarget.value as Role; }}><Roles /></select>}</Field>
            <Field label="Tenant" hint="Nothing means yours. Tenants do not see each other's things.">{(about) => <input {...about} value={tenant.value} placeholder={me.value?.tenant} onInput={(event) => { tenant.value = event.currentTarget.value; }} />}</Field>
            <ProblemBox problem={failed.value} />
            <div class="actions"><Button act={() => { open.value = false; }}>Cancel</Button><Button kind="main" type="submit" act={add} failed={(it) => { failed.value = it; }}>Add</Button></div>
          </form>
        </Dialog>
      )}
    </>
  );
}

const DAYS: [string, number][] = [["never", 0], ["in 30 days", 30], ["in 90 days", 90], ["in a year", 365]];

function AddToken({ users, again }: { users: User[]; again: () => Promise<void> }) {
  const [open, failed, secret] = [useSignal(false), useSignal<Problem | null>(null), useSignal<string | null>(null)];
  const [label, role, user, days] = [useSignal(""), useSignal<Role>("runner"), useSignal(""), useSignal(90)];
  const add = async () => {
    const expires_in_s = days.value === 0 ? null : days.value * 86_400;
    const made = await post("/api/tokens", { body: { label: label.value.trim(), role: role.value, user: user.value || null, expires_in_s } });
    secret.value = (made as Schemas["MadeTokenJson"]).token;
    await again();
  };
  const close = () => { [open.value, secret.value, label.value, failed.value] = [false, null, "", null]; };
  return (
    <>
      <Button act={() => { open.value = true; }}>Make a token</Button>
      {open.value && (
        <Dialog title={secret.value ? "The token, shown this once" : "Make a token"} close={close}>
          {secret.value
            ? <><p><code class="secret">{secret.value}</code></p><p class="quiet">Keep it now: only a digest of it is stored.</p><div class="actions"><Copy text={secret.value} label="Copy the token" /><Button kind="main" act={close}>Done</Button></div></>
            : <form class="fields" onSubmit={(event) => event.preventDefault()}>
                <Field label="Label" hint="What the program is.">{(about) => <input {...about} value={label.value} onInput={(event) => { label.value = event.currentTarget.value; }} />}</Field>
                <Field label="Role">{(about) => <select {...about} value={role.value} onChange={(event) => { role.value = event.currentTarget.value as Role; }}><Roles /></select>}</Field>
                <Field label="User" hint="A token of a user never has more rights than the user.">{(about) => <select {...about} value={user.value} onChange={(event) => { user.value = event.currentTarget.value; }}><option value="">none</option>{users.map((one) => <option>{one.name}</option>)}</select>}</Field>
                <Field label="Ends">{(about) => <select {...about} value={days.value} onChange={(event) => { days.value = Number(event.currentTarget.value); }}>{DAYS.map(([words, amount]) => <option value={amount}>{words}</option>)}</select>}</Field>
                <ProblemBox problem={failed.value} />
                <div class="actions"><Button act={close}>Cancel</Button><Button kind="main" type="submit" act={add} failed={(it) => { failed.value = it; }}>Make it</Button></div>
              </form>}
        </Dialog>
      )}
    </>
  );
}
