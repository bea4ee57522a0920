import type { RouteAccess } from "#access/authorization-matrix";
import { type Cell, type Paint, renderTable } from "#cli/table";
import type { Outcome } from "./expected";
import type { Check, CheckedRoute } from "./verify-stage";

/** Every route with the answers that each caller got, then the differences, and the result. */
export function renderVerification(checked: readonly CheckedRoute[], paint: Paint): string {
  const checks = checked.flatMap((each) => each.checks);
  const differing = checks.filter(({ agrees }) => !agrees);
  const rows = checked.map((each): Cell[] => [title(each.route), answers(each)]);
  return [
    renderTable(["ROUTE", "ANSWERS"], rows, { paint }),
    ...differing.map(renderDifference),
    differing.length === 0
      ? `${checks.length} calls, ${paint("green", "all answered as synthesized")}\n`
      : `${paint("red", `${differing.length} of ${checks.length} calls were not answered as synthesized`)}
If the program in this folder is newer than the deployment, run 'make deploy' and verify again.\n`,
  ].join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

function title({ method, path }: RouteAccess): string {
  return `${method} ${path}`;
}

function answers({ checks }: CheckedRoute): Cell {
  if (checks.length === 0) return { text: "not called: it would delete an item", format: "yellow" };
  const text = checks.map(({ caller, status }) => `${caller.name.replace(" ", "-")}:${status}`).join(" ");
  return checks.every(({ agrees }) => agrees) ? text : { text, format: "red" };
}

/** What each outcome looks like on the wire. */
const ON_THE_WIRE: Readonly<Record<Outcome, string>> = {
  passed: "past the gates",
  "not signed": "403 Missing Authentication Token",
  "not authorized": "403 not authorized to perform: execute-api:Invoke",
  "no valid key": "403 Forbidden",
};

function renderDifference({ route, caller, expected, outcome, answered }: Check): string {
  const actual = outcome === "passed" ? `past the gates: ${answered}` : answered;
  return [
    `${title(route)}, ${DESCRIBED[caller.name] ?? caller.name}`,
    `  expected  ${expected.map((each) => ON_THE_WIRE[each]).join(" or ")}`,
    `  actual    ${actual}`,
    "",
  ].join("\n");
}

const DESCRIBED: Readonly<Record<string, string>> = {
  reader: "signed by the reader",
  writer: "signed by the writer",
  stranger: "signed by a caller without permissions",
  "no key": "without an API key",
  "wrong key": "with an API key that does not exist",
};
