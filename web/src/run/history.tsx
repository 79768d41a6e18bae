// Snippets that were run in this browser, to take up again.

import { Button, State, Time } from "../ui/kit";
import { Dialog } from "../ui/dialog";
import { link } from "../state/route";
import { change, forget, remembered, type Remembered } from "./snippet";

export function History({ close }: { close: () => void }) {
  const take = (one: Remembered) => {
    change(one.snippet);
    close();
  };
  return (
    <Dialog title="History" close={close}>
      <p class="quiet">The last {50} snippets that were run in this browser. <a href={link("runs")} onClick={close}>All recorded runs</a> have their outcomes.</p>
      {remembered.value.length === 0 && <p>Nothing yet: what you run is listed here.</p>}
      <ul class="history">
        {remembered.value.map((one) => (
          <li>
            <button type="button" onClick={() => take(one)}>
              <span><strong>{one.snippet.runtime}</strong> <State of={one.end} /> <Time at={one.at} /></span>
              <code>{one.snippet.code.trim().slice(0, 160)}</code>
            </button>
          </li>
        ))}
      </ul>
      <div class="actions">
        {remembered.value.length > 0 && <Button act={forget}>Forget them</Button>}
        <Button act={close}>Close</Button>
      </div>
    </Dialog>
  );
}
