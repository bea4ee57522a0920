import { join } from "node:path";
import { UserError } from "#modules/project";
import { readRegion } from "#modules/settings";
import { show } from "#stage/local-folder";
import { type FoundOutputs, findLocalOutputs } from "#stage/local-outputs";
import { outputRegion, outputUrl, readOutputs, type StackOutputs, stageUrl } from "#stage/outputs";
import { chosenStack } from "#stage/stack-name";
import type { CallArguments } from "./arguments";

/** The API that a request goes to, and its known properties. */
export type Target = LocalTarget | StageTarget | UrlTarget;

interface Place {
  /** The stage's URL, without a trailing slash. */
  readonly baseUrl: string;
  /** The region to sign for, or a set of regions, separated by commas. */
  readonly region: string;
  /** The source of the region. */
  readonly regionSource: string;
}

export interface LocalTarget extends Place {
  readonly kind: "local";
  /** The API's own region; it may differ from the region to sign for. */
  readonly apiRegion: string;
  /** The folder with the local gateway's files. */
  readonly folder: string;
  /** That folder, as the screen shows it: `.local`. */
  readonly shownFolder: string;
  /** The folder with the seed and the Terraform of all local gateways: `.local`. */
  readonly root: string;
  readonly stack: string;
  /** API keys by client. */
  readonly apiKeys: Readonly<Record<string, string>>;
}

export interface StageTarget extends Place {
  readonly kind: "stage";
  /** The API's own region; it may differ from the region to sign for. */
  readonly apiRegion: string;
  readonly stack: string;
  readonly outputs: StackOutputs;
}

export interface UrlTarget extends Place {
  readonly kind: "url";
}

type RegionArguments = Pick<CallArguments, "region" | "regionSet">;
type TargetArguments = Pick<CallArguments, "target" | "outputs"> & RegionArguments;

/**
 * Finds the chosen API.
 * @throws UserError if there is no such API; the message says what to run
 */
export function findTarget(
  { target, region, regionSet, outputs }: TargetArguments,
  env: NodeJS.ProcessEnv,
  localFolder: string,
): Target {
  const asked = askedRegion({ region, regionSet });
  switch (target.kind) {
    case "local":
      return localTarget(findLocalOutputs(env.STAGE, localFolder), { region, regionSet }, localFolder);
    case "stage":
      return { ...stageTarget(chosenStack(target.stage, env), outputs), ...asked };
    case "url":
      return { ...urlTarget(target.url, env), ...asked };
  }
}

/**
 * The local gateway whose outputs were found.
 * @param root - `.local`
 */
export function localTarget(
  { folder, outputs }: FoundOutputs,
  asked: RegionArguments,
  root: string,
): LocalTarget {
  const shownFolder = show(folder);
  return {
    kind: "local",
    folder,
    shownFolder,
    root,
    baseUrl: outputs.stage_url,
    region: outputs.region,
    apiRegion: outputs.region,
    regionSource: join(shownFolder, "outputs.json"),
    stack: Object.keys(outputs.outputs)[0] ?? "",
    apiKeys: outputs.api_keys,
    ...askedRegion(asked),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The requested region, instead of the target's own. */
function askedRegion({
  region,
  regionSet,
}: RegionArguments): Pick<Place, "region" | "regionSource"> | undefined {
  if (regionSet !== undefined) return { region: regionSet.join(","), regionSource: "--region-set" };
  if (region === undefined) return undefined;
  return { region: readRegion("--region", region), regionSource: "--region" };
}

function stageTarget(stack: string, path: string | undefined): StageTarget {
  const outputs = readOutputs(stack, path);
  const region = outputRegion(outputs);
  return {
    kind: "stage",
    stack,
    outputs,
    baseUrl: outputUrl(outputs, "service_endpoint"),
    region,
    apiRegion: region,
    regionSource: "the outputs of the stage",
  };
}

function urlTarget(text: string, env: NodeJS.ProcessEnv): UrlTarget {
  const baseUrl = stageUrl(text);
  if (baseUrl === undefined) {
    throw new UserError(
      `--url: got '${text}', expected the address of a stage such as https://API.execute-api.REGION.amazonaws.com/dev`,
    );
  }
  const ofHost = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(baseUrl).hostname)?.[1];
  const [region, regionSource] = ofHost
    ? [ofHost, "the host's name"]
    : env.AWS_REGION
      ? [readRegion("AWS_REGION", env.AWS_REGION), "AWS_REGION"]
      : ["us-east-1", "the default, since the host name does not contain it; set it with --region"];
  return { kind: "url", baseUrl, region, regionSource };
}
