import { accessOf } from "#access/authorization-matrix";
import type { LocalCredentials } from "#iam/identity";
import { STRANGER } from "#local/credentials";
import type { Model } from "#model/model";
import type { Route } from "#model/rest-api";

/** A command to paste, and what it shows. */
export interface SampleCommand {
  /** `signed`, `refused: not signed` */
  readonly shows: string;
  readonly command: string;
}

export interface SampledApi {
  readonly model: Model;
  readonly stageUrl: string;
  readonly credentials: readonly LocalCredentials[];
  /** The folder of the credentials, as commands name it: `.local`. */
  readonly folder: string;
  /** API clients with a key file for curl. */
  readonly clients: readonly string[];
}

/**
 * A command for each kind of gate of the API, and for each kind of refusal. It reads the first suitable route, and is
 * signed by a caller that the policies allow.
 */
export function sampleCommands({
  model,
  stageUrl,
  credentials,
  folder,
  clients,
}: SampledApi): SampleCommand[] {
  const stage = stageUrl.slice(stageUrl.lastIndexOf("/") + 1);
  const access = (route: Route, signer?: LocalCredentials) =>
    accessOf(model, stage, { method: route.httpMethod, path: route.resourcePath }, signer?.principal);

  const unsigned: FindFlags = (route) =>
    model.api.policy === undefined || access(route) === "full" ? "" : undefined;
  const signers = [...credentials].sort((one, other) => rank(one) - rank(other));
  const signedBy = (signer: LocalCredentials | undefined) =>
    signer && `--aws-sigv4 aws:amz:${model.region}:execute-api --config ${folder}/curl/${signer.profile}`;
  const signed: FindFlags = (route) => signedBy(signers.find((each) => access(route, each) === "full"));
  const unknown: FindFlags = (route) =>
    signedBy(signers.find((each) => each.profile === STRANGER && access(route, each) === "none"));
  const withKey =
    (flagsOf: FindFlags): FindFlags =>
    (route) => {
      const flags = clients.length === 0 ? undefined : flagsOf(route);
      return flags === undefined ? undefined : `${flags} -H @${folder}/curl/${clients[0]}.key`.trim();
    };

  const wanted: readonly (readonly [string, (gates: string) => boolean, FindFlags])[] = [
    ["open", (gates) => gates === "", unsigned],
    ["signed", (gates) => gates === "signature", signed],
    ["with an API key", (gates) => gates === "key", withKey(unsigned)],
    ["with both", (gates) => gates === "signature and key", withKey(signed)],
    ["refused: not signed", (gates) => gates.startsWith("signature"), () => ""],
    ["refused: no permission", (gates) => gates === "signature", unknown],
  ];
  const routes = readableRoutes(model);
  return wanted.flatMap(([shows, fits, flagsOf]) => {
    for (const route of routes.filter((each) => fits(gatesOf(each)))) {
      const flags = flagsOf(route);
      if (flags === undefined) continue;
      return [
        { shows, command: ["curl -i", flags, `${stageUrl}${anyPath(route)}`].filter(Boolean).join(" ") },
      ];
    }
    return [];
  });
}

// ---------------------------------------------------------------------------------------------------- internal

/** The flags with which curl passes the gates of a route; undefined if no caller passes them. */
type FindFlags = (route: Route) => string | undefined;

/** The GET routes, those without parameters first. */
function readableRoutes({ api }: Model): readonly Route[] {
  const routes = api.routes.filter(({ httpMethod, notServed }) => httpMethod === "GET" && !notServed);
  const hasParameter = ({ resourcePath }: Route): boolean => resourcePath.includes("{");
  return [...routes.filter((each) => !hasParameter(each)), ...routes.filter(hasParameter)];
}

function gatesOf({ authorization, apiKeyRequired }: Route): string {
  if (authorization !== "NONE" && authorization !== "AWS_IAM") return "authorizer";
  return [authorization === "AWS_IAM" && "signature", apiKeyRequired && "key"].filter(Boolean).join(" and ");
}

/** The role that is meant for callers comes before the roles of functions. */
function rank({ profile }: LocalCredentials): number {
  return profile === "reader" ? 0 : 1;
}

/** A path of the route, with the name of each parameter as its value. */
function anyPath({ resourcePath }: Route): string {
  return resourcePath.replace(/\{([^+}]+)\+?\}/g, "$1");
}
