import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_ROOT, UserError } from "#modules/project";
import { stackId } from "#modules/settings";
import { makeFolder } from "#modules/write-file";
import { type SynthesizedStage, startHere, synthesizeStage } from "./call/open-target";
import { runCommand, withHelp } from "./cli/command";
import { findChromium } from "./cli/find-chromium";
import { EXAMPLE } from "./self/docs/example";
import { startExampleGateway } from "./self/docs/example-gateway";
import { writeReadme } from "./self/docs/readme";
import { atExampleTime, staleScreenshots, takeScreenshots } from "./self/docs/screenshots";
import { recordDemo, recordRefusal } from "./self/docs/sessions";
import { writeSigningGuide } from "./self/docs/signing-guide";
import { drawTerminal, type Session } from "./self/docs/terminal-svg";

const USAGE = `usage: docs.ts [--out FOLDER]

Writes what comes from a real run: docs/signing.md, from a local gateway with a
fixed clock and the keys of AWS's documentation; docs/images, terminal sessions
and screenshots of the page; and parts of README.md, from the synthesized stack
and the benchmarks' results. Screenshots take a Chromium; they are left as they
are while the page looks the same, and where there is none.

  --out FOLDER  where to write instead of the project's folder

  make docs
`;

/** What `make bench` measured last. */
const RESULTS = join(PROJECT_ROOT, "bench", "results.json");

/** Writes the documents that come from a real run. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { out: { type: "string" } },
  });
  const root = values.out ?? PROJECT_ROOT;
  const images = join(root, "docs", "images");
  // The stage of the example, whatever the environment says.
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
    write("docs/images/demo.svg", drawTerminal(demo));
    write("docs/images/refusal.svg", drawTerminal(refusal));
    io.err.write(await updateScreenshots(page, images, env));
  } finally {
    stage.remove();
  }
  return 0;
});

/** What comes from a gateway whose clock stands still. */
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

/** What comes from a gateway with today's clock: get-index signs with it. */
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

/** Takes the screenshots that are not of this page, and tells what it did. */
async function updateScreenshots(page: string, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const stale = staleScreenshots(page, folder);
  if (stale.length === 0) return "screenshots: of this page already\n";
  let chromium: string;
  try {
    chromium = findChromium(env);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `screenshots: left as they are, ${stale.join(", ")} out of date: ${error.message}\n`;
  }
  // Playwright is loaded only where it is needed.
  const {
    startChromium,
  }: typeof import("./self/docs/start-chromium") = require("./self/docs/start-chromium");
  const browser = await startChromium(chromium);
  try {
    await takeScreenshots(page, folder, browser);
  } finally {
    await browser.close();
  }
  return "screenshots: taken anew\n";
}

if (require.main === module) void runCommand(main);
