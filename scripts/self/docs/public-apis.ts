import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LoadError, loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { parseJson } from "#text/parse-json";

/** Where a public configuration is, and what it uses. */
interface Source {
  readonly name: string;
  /** Its link, with the commit. */
  readonly url: string;
  readonly features: readonly string[];
  readonly gates: string;
}

/** How much of an applied public API is served. */
interface Measured extends Source {
  readonly routes: number;
  readonly served: number;
  /** Why it is not loaded, or its first closed route is closed; empty if all of it is served. */
  readonly why: string;
}

/**
 * Measures how many routes of applied public APIs the local gateway serves. A route counts if its gates and its integration
 * are understood, whether or not its function's package is there.
 * @param folder - with a folder for each API: `state.json`, and `index.json` beside them all
 */
export function measurePublicApis(folder: string): readonly Measured[] {
  const sources = new Map(readSources(folder).map((source) => [source.name, source]));
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "state.json")) && sources.has(name))
    .map((name) => measure(join(folder, name, "state.json"), sources.get(name) as Source));
}

/** The page with what was measured. */
export function publicApisPage(measured: readonly Measured[]): string {
  const guarded = measured.filter(({ gates }) => /AWS_IAM|api key/.test(gates));
  const whole = (list: readonly Measured[]): number => list.filter(isWhole).length;
  const loaded = measured.filter(({ routes }) => routes > 0).length;
  return `# Public APIs

${measured.length} public Terraform configurations with a REST API, each applied to an emulator of AWS and read with
\`make dev ARGS='--state state.json'\`: ${loaded} load, and ${whole(measured)} serve all of their routes. Of the ${guarded.length} with
AWS_IAM or API keys, ${whole(guarded)} do. A route counts as served if its gates and its integration are understood; the others answer
501. The configurations are not part of this repository. \`npx tsx scripts/public-apis.ts FOLDER\` measures anew.

| configuration | gates | features | routes served | why not all |
| --- | --- | --- | --- | --- |
${measured.map(row).join("\n")}
`;
}

// ---------------------------------------------------------------------------------------------------- internal

function isWhole({ routes, served }: Measured): boolean {
  return routes > 0 && routes === served;
}

function row({ name, url, gates, features, routes, served, why }: Measured): string {
  return `| [${name}](${url}) | ${gates} | ${features.join(", ")} | ${routes === 0 ? (why === "" ? "none in the state" : "not loaded") : `${served} of ${routes}`} | ${why.replaceAll("|", "\\|")} |`;
}

function measure(path: string, source: Source): Measured {
  try {
    const models = modelsOf(path);
    const routes = models.flatMap(({ api }) => api.routes);
    const closed = routes.flatMap(({ notServed }) => notServed ?? []);
    const [first] = closed;
    const type = first?.address.replace(/^(module\.[^.]+\.)+/, "").split(".")[0];
    const why = first
      ? `${type}${first.property && `.${first.property.split(".").at(-1)}`}: ${brief(first.reason)}`
      : "";
    return { ...source, routes: routes.length, served: routes.length - closed.length, why };
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    const [problem] = error.problems;
    return {
      ...source,
      routes: 0,
      served: 0,
      why: problem ? brief(`${problem.address}: got ${problem.got}`) : "",
    };
  }
}

function modelsOf(path: string): Model[] {
  const load = (api?: string) =>
    loadModel({
      terraform: path,
      isState: true,
      identity: { accountId: "123456789012", seed: "public" },
      ...(api !== undefined && { api }),
    });
  const first = load();
  return [first, ...(first.otherApis ?? []).map(load)];
}

function brief(reason: string): string {
  const text = reason.split(", supported:")[0] ?? "";
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

function readSources(folder: string): Source[] {
  const index = parseJson(readFileSync(join(folder, "index.json"), "utf8"));
  return Array.isArray(index) ? index.map(toSource) : [];
}

function toSource(entry: Readonly<Record<string, unknown>>): Source {
  const { name, link, features } = entry;
  const all = Array.isArray(features) ? features.map(String) : [];
  const isGates = (feature: string): boolean => feature.startsWith("gates: ");
  return {
    name: String(name),
    url: String(link),
    features: all.filter((feature) => !isGates(feature) && !feature.startsWith("runtime ")),
    gates: all.find(isGates)?.replace("gates: ", "") ?? "",
  };
}
