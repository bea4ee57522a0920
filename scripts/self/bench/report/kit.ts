import { type Paint, renderTable } from "#cli/table";
import type { KitResult } from "../kit";
import { WIDTH, withSpread } from "./cells";

/** What a project pays for the kit, as a table. */
export function renderKit({ runs, tarballKilobytes, install, starts }: KitResult, paint: Paint): string {
  const rows = Object.entries(starts).map(([name, spread]) => [
    name === "node" ? "node --eval 0, ms" : `signed-api ${name} --help, ms`,
    withSpread(spread, 0),
  ]);
  return [
    `The kit in a new project, starts as medians of ${runs} runs (lowest to highest)`,
    "",
    renderTable(
      ["", "MEASURED"],
      [
        ["tarball, kB", tarballKilobytes.toFixed(0)],
        ["npm install, once, s", (install / 1000).toFixed(1)],
        ...rows,
      ],
      { width: WIDTH, paint },
    ),
  ].join("\n");
}
