import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FACES } from "#self/pack/build-kit";
import { PROJECT_ROOT } from "#self/repository";

/** What projects rely on. A change here is one for the changelog: what goes, or changes, takes a new major version. */
const EXPORTS: Readonly<Record<string, string>> = {
  config:
    "AlarmLimits CalledWith ProjectConfig Seed StageSettings ThrottleSettings TourStep UsagePlanSettings",
  constructs:
    "Account Alarms AlarmsProps ApiClient ApiClients ApiClientsProps ApiParts ApiStack BundlingProps Consumption DeploymentSettings HttpMethod InvokeRole InvokeRoleProps LEAN_DYNAMODB MockIntegration NodejsFunction NodejsFunctionProps Parameter ParameterProps Queue QueueProps RestApi RestApiProps Route RouteIntegration Schedule ScheduleProps Secret SecretProps Table TableAction TableProps Topic TopicProps UserError readSettings runApp stackId",
  lambda:
    "ApiHandler Credentials InvalidRequest Log RequestToSign SignedRequest SigningOptions createApiHandler createDynamoDbClient createLog describe errorFields errorResponse jsonResponse presignRequest readCredentials readFlag readJsonBody requireEnv signRequest signedFetch",
  testing: "CallOptions LoadedStage Privileges TestApi loadProject privileges startApi",
};

function exportsOf(face: string): string {
  const text = readFileSync(join(PROJECT_ROOT, "kit", `${face}.ts`), "utf8");
  const names = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = ""]) =>
    list.split(",").map((each) => each.trim().replace(/^type /, "")),
  );
  return names.filter(Boolean).sort().join(" ");
}

test("the faces are those that the kit is packed with", () => {
  expect(Object.keys(EXPORTS)).toEqual([...FACES]);
});

test.each(FACES)("%s exports what it says here, and nothing else", (face) => {
  expect(exportsOf(face)).toBe(EXPORTS[face]);
  expect(readFileSync(join(PROJECT_ROOT, "kit", `${face}.ts`), "utf8")).not.toMatch(
    /export \*|export (const|function|class)/,
  );
});

/** The handler library itself, from which the face takes what it exports; the rest of functions/ is the inventory's. */
const LIBRARY = new Set(
  readFileSync(join(PROJECT_ROOT, "kit", "lambda.ts"), "utf8")
    .match(/functions\/lib\/[\w-]+/g)
    ?.map((path) => `${path}.ts`),
);

const INVENTORY = [
  "main.ts",
  "project.config.ts",
  ...["functions", "seeds"].flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith(".ts") && !path.includes("stand-ins") && !LIBRARY.has(path)),
  ),
].filter((path) => path !== "functions/lib/read-headers.ts");

test("this repository's own API uses the faces alone", () => {
  const beside = INVENTORY.flatMap((path) => {
    const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
    return [...text.matchAll(/\bfrom "([.#][^"]+)"/g)]
      .map(([, name = ""]) => name)
      .filter((name) => {
        const isFace = FACES.some((face) => name === `#kit/${face}`);
        const target = join(path, "..", name);
        const isOwn = name.startsWith(".") && INVENTORY.includes(`${target}.ts`);
        return !isFace && !isOwn && !name.endsWith(".json") && !name.startsWith("#functions/lib/product");
      })
      .map((name) => `${path}: ${name}`);
  });
  expect(beside).toEqual([]);
  expect(INVENTORY.length).toBeGreaterThan(15);
});
