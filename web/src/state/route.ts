// The address: which view, which thing in it, and what a link carries.
//
// Owns the fragment. Views are in the fragment and not in the path, so that no path of the API or of an older system is taken.

import { computed, signal } from "@preact/signals";

const fragment = signal(location.hash);
addEventListener("hashchange", () => { fragment.value = location.hash; });

export interface Route { view: string; rest: string; query: URLSearchParams }

export const route = computed<Route>(() => {
  const [path = "", query = ""] = fragment.value.replace(/^#\/?/, "").split("?");
  const [view = "", ...rest] = path.split("/");
  return { view: view || "run", rest: rest.map(decode).join("/"), query: new URLSearchParams(query) };
});

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const link = (view: string, rest = "", query: Record<string, string> = {}) => {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  const path = rest === "" ? view : `${view}/${rest.split("/").map(encodeURIComponent).join("/")}`;
  return `#/${path}${asked && `?${asked}`}`;
};
export const go = (to: string) => { location.hash = to; };
/** Changes the address without a new entry in the browser's history. */
export const replace = (to: string) => {
  history.replaceState(null, "", to);
  fragment.value = location.hash;
};
