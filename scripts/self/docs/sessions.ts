import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { readArguments } from "#call/arguments";
import { call } from "#call/call";
import type { OpenedApi } from "#call/open-target";
import type { Io } from "#cli/command";
import { printTour } from "#demo/print-tour";
import { stackId } from "#modules/settings";
import { writeLocalFiles } from "#stage/local-files";
import { EXAMPLE, exampleCredentials } from "./example";
import type { ExampleGateway } from "./example-gateway";
import type { Session } from "./terminal-svg";

/** `make demo`, with a gateway that was started for it. */
export async function recordDemo(api: OpenedApi): Promise<Session> {
  const terminal = captureTerminal();
  await printTour(api, {}, terminal);
  return { command: "make demo", output: withoutChance(terminal.written()) };
}

/** A call that is refused, and the reason. */
export async function recordRefusal(gateway: ExampleGateway): Promise<Session> {
  const request = ["GET", "/products", "--as", "stranger"];
  const asked = readArguments(request);
  const terminal = captureTerminal();
  const folder = mkdtempSync(join(tmpdir(), "signed-inventory-"));
  try {
    writeExampleFiles(gateway, folder);
    const now = () => EXAMPLE.date.getTime();
    await call(asked, { env: {}, io: terminal, localFolder: folder, now });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const output = terminal.written().replaceAll(relative(process.cwd(), folder), ".local");
  return { command: `make call REQUEST='${request.join(" ")}'`, output: withoutChance(output) };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The files that `make dev` writes for clients, with the credentials of the example. */
function writeExampleFiles({ url, model }: ExampleGateway, folder: string): void {
  const [reader, stranger] = exampleCredentials(model);
  if (!reader || !stranger) throw new Error("the example has credentials of a reader and of a stranger");
  writeLocalFiles(
    {
      stageUrl: `${url}/${EXAMPLE.stage}`,
      region: EXAMPLE.region,
      stage: EXAMPLE.stage,
      stack: stackId(EXAMPLE.stage),
      outputs: model.outputs,
      apiKeys: model.apiKeys,
      credentials: [
        { ...reader, profile: "reader" },
        { ...stranger, profile: "stranger" },
      ],
      localize: (text) => text,
    },
    folder,
  );
}

/** Texts that differ from run to run, and their replacements: the example of AWS's documentation, if there is one. */
const CHANCE: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/127\.0\.0\.1:\d+/g, EXAMPLE.host],
  [/(Signature=)[0-9a-f]{8}/g, "$15d672d79"],
  [/(x-amzn-RequestId:\S* )\S+/g, "$1c6af9ac6-7b61-11e6-9a41-93e8deadbeef"],
  [/(x-amz-apigw-id:\S* )\S+/g, "$1AQoEXAMPLEtoken="],
  [/(Date:\S* ).+/g, `$1${EXAMPLE.date.toUTCString()}`],
  [/\d+ ms\b/g, "3 ms"],
];

function withoutChance(output: string): string {
  return CHANCE.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), output);
}

function captureTerminal(): Io & { written(): string } {
  let text = "";
  const sink = {
    isTTY: true,
    write(more: string) {
      text += more;
    },
  };
  return { out: sink, err: sink, written: () => text };
}
