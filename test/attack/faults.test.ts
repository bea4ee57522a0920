import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { stackId } from "#modules/settings";
import { startProgram } from "#self/bench/program";
import { synthesize } from "#stage/synthesize";
import { REGION } from "../support/api-terraform";
import { ATTACKS_ARE_FULL, attack, type Trial } from "../support/attack";
import { type BundledFunctions, bundledFunctions, FUNCTION_CREDENTIALS } from "../support/bundled-functions";
import { type Dynalite, startDynalite } from "../support/dynalite";
import { temporaryFolder } from "../support/temporary-folder";
import { impatientFunctions, insistentFunctions } from "./faults/careless";
import { FAULTS, type Fault } from "./faults/faults";
import {
  eventOf,
  expectationOf,
  type FaultyCall,
  isAsExpected,
  OPERATIONS,
  type Operation,
  oldProduct,
} from "./faults/faulty-call";
import { type FaultyTable, startFaultyTable } from "./faults/faulty-table";
import type { KeptGatewayOptions, KeptGatewayProgram } from "./faults/kept-gateway";
import { createWriters } from "./faults/writers";

/** What becomes of a request when things happen between a function and its table. */

const TABLE = "products";

let dynamoDb: Dynalite;
let table: FaultyTable;
let functions: BundledFunctions;

beforeAll(async () => {
  dynamoDb = await startDynalite();
  await dynamoDb.createProductsTable(TABLE);
  table = await startFaultyTable(dynamoDb.endpoint);
  // In short one after the other, in one execution environment.
  functions = bundledFunctions(table.endpoint, TABLE, ATTACKS_ARE_FULL ? 10 : 1);
});
afterAll(async () => {
  await functions.restart();
  await table.close();
  await dynamoDb.close();
});

/** Those that need no waiting for. */
const SHORT = ["InternalServerError", "a reset after"];
const operations = ATTACKS_ARE_FULL ? OPERATIONS : OPERATIONS.slice(0, 1);

for (const fault of FAULTS.filter(({ name }) => ATTACKS_ARE_FULL || SHORT.includes(name))) {
  attack({
    area: "faults",
    what: `${fault.name}, once, twice or for good`,
    target: () => functions,
    broken: () => impatientFunctions(table.endpoint, TABLE),
    async attempt(attacked, { check }) {
      const calls = [1, 2, 3].flatMap((times) =>
        operations.map((operation) => newCall(operation, Array<Fault>(times).fill(fault))),
      );
      await makeAll(calls, attacked(), check);
    },
  });
}

if (ATTACKS_ARE_FULL) {
  attack({
    area: "faults",
    what: "one thing after the other",
    target: () => functions,
    broken: () => impatientFunctions(table.endpoint, TABLE),
    async attempt(attacked, { full, random, check }) {
      for (let round = 0; round < (full ? 4 : 1); round += 1) {
        const calls = Array.from({ length: 40 }, () =>
          newCall(
            random.pick(OPERATIONS),
            Array.from({ length: random.integer(0, 3) }, () => random.pick(FAULTS)),
          ),
        );
        await makeAll(calls, attacked(), check);
      }
    },
  });

  attack({
    area: "faults",
    what: "a table that is down for long",
    target: () => functions,
    broken: () => insistentFunctions(table.endpoint, TABLE),
    async attempt(attacked, { full, check }) {
      await functions.restart();
      const times = full ? 200 : 50;
      const down = Array<Fault>(10).fill(faultNamed("InternalServerError"));
      let requests = 0;
      for (let time = 0; time < times; time += 1) {
        const call = newCall(operationNamed("GET"), down);
        table.plan(call.code, call.faults);
        const { status } = await attacked().invoke("get-product", eventOf(call, TABLE));
        requests += table.requests(call.code);
        check(status === 500 && table.requests(call.code) <= 3, () => `answered ${status}`);
      }
      check(requests < times * 2, () => `${times} invocations asked ${requests} times`);
      // Once it is up again, the first that asks is served.
      await make(newCall(operationNamed("GET"), []), attacked(), check);
    },
  });

  attack({
    area: "faults",
    what: "secrets in the log of all this",
    target: () => functions.log,
    broken: () => [`{"errorMessage":"… x-amz-security-token:${FUNCTION_CREDENTIALS.sessionToken}"}`],
    attempt(log, { check }) {
      const { secretAccessKey, sessionToken } = FUNCTION_CREDENTIALS;
      for (const line of log())
        check(!line.includes(secretAccessKey) && !line.includes(sessionToken), () => line);
    },
  });

  describe("a gateway that keeps its table in a folder", () => {
    const folder = temporaryFolder();
    let served: KeptGatewayOptions;

    beforeAll(async () => {
      served = await synthesizeUnthrottled(folder);
    }, 30_000);

    attack({
      area: "faults",
      what: "writes acknowledged before the gateway was killed",
      target: () => ({ ...served, dataDirectory: join(folder, "data") }),
      broken: () => served,
      async attempt(options, { full, random, check }) {
        const writers = createWriters(16, random);
        const kills = full ? [2_000, 4_000, 6_000, 8_000, 10_000] : [50];
        let acknowledged = 0;
        for (const kill of [...kills, undefined]) {
          const gateway = startProgram<KeptGatewayProgram>(join(__dirname, "faults/kept-gateway.ts"));
          try {
            const running = await gateway.ask("start", options());
            writers.compare(new Map(await gateway.ask("items")), check);
            if (kill === undefined) return;
            await writers.write(running, () => {
              acknowledged += 1;
              if (acknowledged === kill) process.kill(running.pid, "SIGKILL");
            });
          } finally {
            await gateway.end();
          }
        }
      },
    });
  });
}

const faultNamed = (name: string) => FAULTS.find((fault) => fault.name === name) as Fault;
const operationNamed = (name: string) => OPERATIONS.find((operation) => operation.name === name) as Operation;

let calls = 0;

function newCall(operation: Operation, faults: readonly Fault[]): FaultyCall {
  calls += 1;
  return { operation, code: `call-${calls}`, faults };
}

/** The project's own stack, without its limits of requests. @param folder - where it is written */
async function synthesizeUnthrottled(folder: string): Promise<KeptGatewayOptions> {
  const stack = stackId("dev");
  const env = { PATH: process.env.PATH, STAGE: "dev", AWS_REGION: REGION };
  const synthesis = await synthesize(stack, folder, env);
  if (!synthesis.done) throw new Error(synthesis.error);
  const terraform = JSON.parse(readFileSync(synthesis.terraform, "utf8"));
  delete terraform.resource.aws_api_gateway_method_settings;
  writeFileSync(synthesis.terraform, JSON.stringify(terraform));
  return { terraform: synthesis.terraform, prefix: `${stack}-` };
}

/** Functions that have just started have not yet used up what retries they are allowed in a row. */
async function makeAll(
  all: readonly FaultyCall[],
  attacked: Pick<BundledFunctions, "invoke">,
  check: Trial["check"],
): Promise<void> {
  await functions.restart();
  await Promise.all(all.map((call) => make(call, attacked, check)));
}

async function make(
  call: FaultyCall,
  attacked: Pick<BundledFunctions, "invoke">,
  check: Trial["check"],
): Promise<void> {
  const { operation, code, faults } = call;
  if (operation.isThere)
    await dynamoDb.client.send(new PutItemCommand({ TableName: TABLE, Item: marshall(oldProduct(code)) }));
  table.plan(code, faults);
  const answer = await attacked.invoke(operation.functionName, eventOf(call, TABLE));
  const { Item } = await dynamoDb.client.send(
    new GetItemCommand({ TableName: TABLE, Key: marshall({ code }), ConsistentRead: true }),
  );
  const expected = expectationOf(call);
  const result = { ...answer, requests: table.requests(code), product: Item && unmarshall(Item) };
  check(
    isAsExpected(result, expected),
    () =>
      `${operation.name} through ${faults.map(({ name }) => name)}: ${JSON.stringify(result)}, expected ${JSON.stringify(expected)}`,
  );
}
