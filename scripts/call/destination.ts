import { existsSync } from "node:fs";
import { compileRoutes } from "#gateway/gates/match";
import { isLoopback } from "#gateway/http/loopback";
import { isRefusal } from "#gateway/refusal";
import { HTTP_METHODS, type RestApi } from "#model/rest-api";
import { findProjectFolder, UserError } from "#modules/project";
import { stackId, stageNames } from "#modules/settings";
import { allLocalOutputs } from "#stage/local-outputs";
import { outputsPath } from "#stage/outputs";
import type { CallArguments } from "./arguments";
import { findTarget, localTarget, type Target } from "./target";

/** The destination of a request. */
export interface Destination {
  readonly target: Target;
  /** Relative to the stage, query included; it begins with a slash. */
  readonly path: string;
  /** Tells the user that PATH was read differently from how it was written. */
  readonly note?: string;
}

/** The arguments, and the files that the destination is found with. */
export interface Asked {
  readonly asked: CallArguments;
  readonly env: NodeJS.ProcessEnv;
  /** `.local` */
  readonly localFolder: string;
  /** The routes of a target, as far as they are known. */
  readonly routesOf: (target: Target) => Promise<Pick<RestApi, "routes" | "stages"> | undefined>;
  /** The saved outputs of a stack. @default those that `make deploy` saved */
  readonly savedOutputs?: (stack: string) => string;
}

/**
 * Finds the destination of a request. A PATH that is a whole URL names its target: a local gateway, or a stage that was
 * deployed from here. Another host is refused, since it would get a signature and an API key. If a PATH begins with
 * the stage, it was copied with it, unless a route of the API begins in the same way.
 * @throws UserError if there is no such target, or the URL does not belong to it
 */
export async function findDestination(question: Asked): Promise<Destination> {
  const { asked, env, localFolder } = question;
  if (!asked.path.startsWith("/")) return destinationOf(new URL(asked.path), question);
  const target = findTarget(asked, env, localFolder);
  const path = stagePath(target) === "" ? undefined : pathBelow(target, asked.path);
  if (path === undefined || (await isRouted(target, asked.path, question)))
    return { target, path: asked.path };
  const shown = (text: string): string => text.replace(/\?.*/s, "");
  return { target, path, note: `PATH: ${shown(asked.path)} begins with the stage; ${shown(path)} is called` };
}

// ---------------------------------------------------------------------------------------------------- internal

function destinationOf(url: URL, question: Asked): Destination {
  const { asked } = question;
  if (url.username !== "" || url.password !== "") {
    throw new UserError(
      "PATH: got a URL with a user or a password; leave them out, and name the signer with --as PROFILE",
    );
  }
  const targets = possibleTargets(question);
  const sameHost = targets.filter(({ baseUrl }) => isSameOrigin(url, new URL(baseUrl)));
  for (const target of sameHost) {
    const path = pathBelow(target, url.pathname);
    if (path !== undefined) return { target, path: path + url.search };
  }
  if (sameHost.length === 0 && asked.target.kind === "local" && !asked.isTargetNamed) {
    const target = knownAddress(url, question);
    if (target !== undefined) return target;
  }
  const bases = targets.map(({ baseUrl }) => baseUrl).join(", ") || "none";
  throw new UserError(
    sameHost.length > 0
      ? `PATH: got '${url.origin}${url.pathname}', expected a URL that begins with ${sameHost.map(({ baseUrl }) => `${baseUrl}/`).join(" or ")}`
      : `PATH: got a URL of ${url.origin}, expected one of a local gateway or of a stage that was deployed from here (have: ${bases}); for another API, name its stage with --url and give the PATH below it`,
  );
}

/**
 * An address that gives the signature and the API key to no stranger: API Gateway's own, and outside of a project, where no
 * local gateway is known, one of this machine. The first segment is the stage, and a stage with another name answers
 * Forbidden.
 */
function knownAddress(url: URL, { asked, env, localFolder }: Asked): Destination | undefined {
  const isApi = url.protocol === "https:" && EXECUTE_API.test(url.hostname);
  if (!isApi && !(findProjectFolder() === undefined && isLoopback(url.hostname))) return undefined;
  const [, stage = "", rest = ""] = /^\/([^/]*)(.*)$/.exec(url.pathname) ?? [];
  if (stage === "") return undefined;
  const { region, regionSet } = asked;
  const target = findTarget(
    { target: { kind: "url", url: `${url.origin}/${stage}` }, region, regionSet },
    env,
    localFolder,
  );
  return { target, path: (rest || "/") + url.search };
}

const EXECUTE_API = /^[a-z0-9]+(-vpce-[a-z0-9]+)?\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

/** The named target, or else all known targets. */
function possibleTargets({ asked, env, localFolder, savedOutputs = outputsPath }: Asked): readonly Target[] {
  if (asked.isTargetNamed) return [findTarget(asked, env, localFolder)];
  const { region, regionSet } = asked;
  const deployed = (findProjectFolder() === undefined ? [] : stageNames()).flatMap((stage) => {
    const outputs = savedOutputs(stackId(stage));
    if (!existsSync(outputs)) return [];
    return [findTarget({ target: { kind: "stage", stage }, outputs, region, regionSet }, env, localFolder)];
  });
  return [
    ...allLocalOutputs(localFolder).map((found) => localTarget(found, asked, localFolder)),
    ...deployed,
  ];
}

/** Browsers and users write localhost although the gateway prints 127.0.0.1. */
function isSameOrigin(url: URL, base: URL): boolean {
  const names = [url.hostname, base.hostname];
  const sameName = url.hostname === base.hostname || (names.includes("localhost") && names.every(isLoopback));
  return sameName && url.protocol === base.protocol && url.port === base.port;
}

/** `/dev`; empty for a domain of the API's own. */
function stagePath({ baseUrl }: Target): string {
  return new URL(baseUrl).pathname.replace(/\/$/, "");
}

/** The rest of a path after the path of a target's URL; undefined if it does not begin with that path. */
function pathBelow(target: Target, path: string): string | undefined {
  const stage = stagePath(target);
  if (!path.startsWith(stage)) return undefined;
  const rest = path.slice(stage.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") ? rest : undefined;
}

/** Whether a route takes the path as it is written, with any method. */
async function isRouted(target: Target, path: string, { routesOf }: Asked): Promise<boolean> {
  const api = await routesOf(target);
  const stage = api?.stages[0]?.name;
  if (!api || stage === undefined) return false;
  const match = compileRoutes(api);
  return HTTP_METHODS.some(
    (method) => !isRefusal(match({ method, target: `/${stage}${path}`, headers: [] })),
  );
}
