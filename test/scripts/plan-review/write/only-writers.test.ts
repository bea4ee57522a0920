import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";

const folder = join(PROJECT_ROOT, "scripts", "plan-review");

test("what is found stays data until it is written: only the composition imports what writes", () => {
  const importing = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .filter((name) => /from "(?:\.|#plan-review)\/write\//.test(readFileSync(join(folder, name), "utf8")));
  expect(importing).toEqual(["review.ts"]);
});
