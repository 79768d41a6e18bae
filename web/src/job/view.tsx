// The view Jobs: the list, or one of them.

import { route } from "../state/route";
import { JobList } from "./list";
import { OneJob } from "./one";

export function JobsView() {
  const id = Number(route.value.rest);
  return route.value.rest !== "" && Number.isInteger(id) ? <OneJob key={id} id={id} /> : <JobList />;
}
