import { type Paint, renderTable } from "#cli/table";
import type { GrowthResult } from "../growth";
import { atMost, WIDTH, withSpread } from "./cells";

/** The goal for loading a stack. */
export const LOADING_GOAL_MILLISECONDS = 200;

/** The measurements that may grow and those that must not, as tables. */
export function renderGrowth({ tables, stacks }: GrowthResult, paint: Paint): string {
  return [
    "Growth, medians (lowest to highest)",
    "",
    renderTable(
      ["PRODUCTS", "SEEDING s", "µs A PRODUCT", "FIRST PAGE ms", "MIDDLE PAGE ms", "REQUESTS A PAGE"],
      tables.map((table) => [
        String(table.products),
        table.seedSeconds.toFixed(2),
        table.microsecondsPerProduct.toFixed(0),
        withSpread(table.firstPage, 2),
        withSpread(table.middlePage, 2),
        String(table.requestsPerPage),
      ]),
      { width: WIDTH, paint },
    ),
    renderTable(
      ["ROUTES", "LOADING ms", "GOAL", "MATCHING µs"],
      stacks.map(({ routes, load, match }) => [
        String(routes),
        withSpread(load, 1),
        atMost(load.median, LOADING_GOAL_MILLISECONDS),
        withSpread(match, 2),
      ]),
      { width: WIDTH, paint },
    ),
  ].join("\n");
}
