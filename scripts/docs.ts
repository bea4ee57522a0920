import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { stackId } from "#modules/settings";
import { makeFolder } from "#modules/write-file";
import { type SynthesizedStage, startHere, synthesizeStage } from "./call/open-target";
import { runCommand, withHelp } from "./cli/command";
import { findChromium } from "./cli/find-chromium";
import { EXAMPLE } from "./self/docs/example";
import { startExampleGateway } from "./self/docs/example-gateway";
import { writeReadme } from "./self/docs/readme";
import { writeRulesPage } from "./self/docs/rules-page";
import { atExampleTime, staleScreenshots, takeScreenshots } from "./self/docs/screenshots";
import { recordDemo, recordRefusal } from "./self/docs/sessions";
import { writeSigningGuide } from "./self/docs/signing-guide";
import { drawTerminal, type Session } from "./self/docs/terminal-svg";
import { PROJECT_ROOT } from "./self/repository";

const USAGE = `usage: docs.ts [--out FOLDER]

Writes the parts of the documents that come from a real run: docs/signing.md,
from a local gateway with a fixed clock and the keys of the AWS documentation;
docs/images, terminal sessions and screenshots of the page; and parts of
README.md, from the synthesized stack and the results of the benchmarks.
Screenshots need Chromium; they stay as they are if there is none, or if the
page has not changed. The rules of the plan review go to
docs/plan-review-rules.md.

  --out FOLDER  the folder to write to (default: the project's)

  make docs
`;

/** The latest results of `make bench`. */
const RESULTS = join(PROJECT_ROOT, "bench", "results.json");

/** Writes the parts of the documents that come from a real run. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { out: { type: "string" } },
  });
  const root = values.out ?? PROJECT_ROOT;
  const images = join(root, "docs", "images");
  // The example has its own stage, whatever the environment says.
  const settings = { STAGE: EXAMPLE.stage, AWS_REGION: EXAMPLE.region, TF_STATE_BUCKET: "" };
  const stage = await synthesizeStage({ ...env, ...settings }, "example");
  try {
    const read = (name: string): string => readFileSync(join(PROJECT_ROOT, name), "utf8");
    const { guide, refusal } = await runExample(read("docs/signing.md"), stage);
    const { demo, page } = await runStage(stage);
    makeFolder(images);
    const write = (name: string, text: string): void => {
      writeFileSync(join(root, name), text);
      io.err.write(`wrote ${relative(process.cwd(), join(root, name))}\n`);
    };
    const sources = { model: stage.model, prefix: `${stackId(EXAMPLE.stage)}-`, results: RESULTS };
    write("README.md", writeReadme(read("README.md"), sources));
    write("docs/signing.md", guide);
    write("docs/plan-review-rules.md", writeRulesPage(read("docs/plan-review-rules.md")));
    write("docs/images/demo.svg", drawTerminal(demo));
    write("docs/images/refusal.svg", drawTerminal(refusal));
    io.err.write(await updateScreenshots(page, images, env));
  } finally {
    stage.remove();
  }
  return 0;
});

/** The parts that come from a gateway with a fixed clock. */
async function runExample(
  page: string,
  stage: SynthesizedStage,
): Promise<{ guide: string; refusal: Session }> {
  const gateway = await startExampleGateway(stage.model);
  try {
    return { guide: await writeSigningGuide(page, gateway), refusal: await recordRefusal(gateway) };
  } finally {
    await gateway.close();
  }
}

/** The parts that come from a gateway with the real clock, since get-index signs by it. */
async function runStage(stage: SynthesizedStage): Promise<{ demo: Session; page: string }> {
  const api = await startHere(stage);
  try {
    const demo = await recordDemo(api);
    const answer = await fetch(`${api.target.baseUrl}/index`);
    return { demo, page: atExampleTime(await answer.text()) };
  } finally {
    await api.close();
  }
}

/** Takes the screenshots again if the page has changed, and reports what it did. */
async function updateScreenshots(page: string, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const stale = staleScreenshots(page, folder);
  if (stale.length === 0) return "screenshots: up to date\n";
  let chromium: string;
  try {
    chromium = findChromium(env);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `screenshots: not updated, ${stale.join(", ")} out of date: ${error.message}\n`;
  }
  // Playwright is loaded only when it is needed.
  const {
    startChromium,
  }: typeof import("./self/docs/start-chromium") = require("./self/docs/start-chromium");
  const browser = await startChromium(chromium);
  try {
    await takeScreenshots(page, folder, browser);
  } finally {
    await browser.close();
  }
  return "screenshots: taken again\n";
}

if (require.main === module) void runCommand(main);
