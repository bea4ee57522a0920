import { paintFor } from "#cli/table";
import { renderFunctionLine, renderRequest } from "#dev/dev-screen";
import { loadApi } from "../support/api-terraform";
import { attack } from "../support/attack";
import { captureIo } from "../support/captured-io";
import { type LocalGateway, startGateway } from "../support/local-gateway";
import { exchange } from "../support/raw-exchange";
import { temporaryFolder } from "../support/temporary-folder";
import { COMMANDS, drawSpelling, isShown, OBEYED } from "./screen/spellings";

/** What clients and functions write reaches the screen of 'make dev' without secrets, and commands nothing. */

/** Writes what arrives as a line, and as an error. */
const SAY = `export const handler = async ({ body }) => {
  console.log(body);
  console.log(JSON.stringify({ level: "INFO", message: body, [body]: { body } }));
  throw new Error(body);
};`;

/** Where a text can come from. */
const PLACES = ["path", "method", "host", "function"] as const;
type Place = (typeof PLACES)[number];

/** What the screen shows where a text comes from a place. */
type Screen = (place: Place, text: string) => Promise<string>;

const folder = temporaryFolder();
const plain = paintFor(captureIo().out, {});
let gateway: LocalGateway;
let screen = "";
/** What must not be shown. */
let secrets: readonly string[];

beforeAll(async () => {
  const model = loadApi(
    {
      routes: [{ route: "GET /open" }, { route: "POST /say", lambda: "say" }],
      functions: { say: { source: SAY } },
      roles: { reader: [] },
      keys: { client: {} },
    },
    folder,
  );
  gateway = await startGateway(model, {
    accountLimit: { rate: 1e9, burst: 1e9 },
    logRequest: (log) => {
      screen += renderRequest(log, new Date(0), "", plain);
    },
    logFunction: ({ functionName, line }) => {
      screen += renderFunctionLine(functionName, line, plain);
    },
  });
  secrets = [
    ...gateway.api.credentials.flatMap(({ secretAccessKey, sessionToken = "" }) => [
      secretAccessKey,
      sessionToken,
    ]),
    ...model.apiKeys.map(({ value }) => value),
  ];
});
afterAll(() => gateway.api.close());

/** Sends the text, and gives what came on the screen. */
const dev: Screen = async (place, text) => {
  const from = screen.length;
  const headers = [["Host", place === "host" ? `${text}.example` : gateway.host] as const];
  const bare = { method: "GET", target: "/dev/open", headers, body: Buffer.alloc(0) };
  const request = {
    path: () => ({ ...bare, target: `/${text}` }),
    method: () => ({ ...bare, headers: [...headers, ["X-HTTP-Method-Override", text] as const] }),
    host: () => bare,
    function: () => ({ ...bare, method: "POST", target: "/dev/say", body: Buffer.from(text) }),
  }[place]();
  await exchange(gateway.url, request);
  return screen.slice(from);
};

/** A screen that shows what comes. */
const careless: Screen = async (_place, text) => `${text}\n`;

attack({
  area: "screen",
  what: "known secrets, spelled and cut in any way",
  target: dev,
  broken: careless,
  async attempt(show, { full, random, check }) {
    for (let shown = 0; shown < (full ? 1_000 : 40); shown += 1) {
      const secret = random.pick(secrets.filter(Boolean));
      const place = random.pick(PLACES);
      const text = `${"x".repeat(random.integer(0, 199))}/${drawSpelling(secret, random)}`;
      const told = await show(place, place === "host" ? text.replaceAll("/", "") : text);
      check(told !== "" && !isShown(secret, told), () => `by ${place}: ${told}`);
    }
  },
});

attack({
  area: "screen",
  what: "commands for the terminal, forged lines",
  target: dev,
  broken: careless,
  async attempt(show, { full, random, check }) {
    for (let shown = 0; shown < (full ? 500 : 40); shown += 1) {
      const text = Array.from({ length: random.integer(1, 4) }, () => `x${random.pick(COMMANDS)}`).join("");
      // What HTTP cannot carry elsewhere comes in a body.
      const told = await show("function", text);
      const lines = told.split("\n").slice(0, -1);
      const isOrdered = lines.every((line) => /^(\d\d:\d\d:\d\d| {10}say \|) /.test(line));
      check(lines.length > 0 && isOrdered && !OBEYED.test(lines.join("")), () => told);
    }
  },
});
