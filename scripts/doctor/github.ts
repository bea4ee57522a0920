import { type Finding, missing, ok, PATIENCE_MILLISECONDS, skipped } from "./finding";

/** The repository whose workflows deploy, and what a stage's environment there has to have. */
export interface GithubSettings {
  readonly env: NodeJS.ProcessEnv;
  /** The stage, which is the name of its environment. */
  readonly stageName: string;
  /** Whether a person has to approve a deployment to it. */
  readonly needsReviewers: boolean;
  /** Whether it counts as missing that GitHub cannot be asked. */
  readonly isRequired: boolean;
  /** The time limit of an answer. @default 10 s */
  readonly patienceMilliseconds?: number;
}

/** What is read of an environment. Source: https://docs.github.com/en/rest/deployments/environments#get-an-environment */
interface Environment {
  readonly protection_rules?: readonly { readonly type: string; readonly reviewers?: readonly unknown[] }[];
  readonly deployment_branch_policy?: object | null;
}

const CHECK = "environment";

/** Checks that GitHub protects the stage's environment: without protection, each branch can deploy. */
export async function checkGithub(settings: GithubSettings): Promise<Finding> {
  const { env, stageName, needsReviewers, isRequired } = settings;
  const notAsked = (found: string, remedy: string): Finding =>
    isRequired ? missing(CHECK, found, remedy) : skipped(CHECK, `not checked: ${found}`);
  // Its tokens may name it with ids, as in OWNER@ID/NAME@ID; the API takes it without.
  const repository = (env.GITHUB_REPOSITORY ?? "").replace(/@\d+/g, "");
  if (!/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/.test(repository)) {
    return notAsked("no GITHUB_REPOSITORY", "export GITHUB_REPOSITORY=OWNER/NAME");
  }
  const token = env.GITHUB_TOKEN ?? "";
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return notAsked(
      "no GITHUB_TOKEN that could be sent",
      "set GITHUB_TOKEN to a token that can read the repository",
    );
  }
  const url = `${env.GITHUB_API_URL || "https://api.github.com"}/repos/${repository}/environments/${stageName}`;
  const place = `${stageName} of ${repository}`;
  let answer: Response;
  let environment: Environment;
  try {
    answer = await fetch(url, {
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
      },
      signal: AbortSignal.timeout(settings.patienceMilliseconds ?? PATIENCE_MILLISECONDS),
    });
    environment = answer.ok ? ((await answer.json()) as Environment) : {};
  } catch {
    return missing(CHECK, `no answer of GitHub on ${place}`, "check the network and GITHUB_API_URL");
  }
  if (answer.status === 404) {
    return missing(CHECK, `${place} does not exist, or the token cannot read it`, CREATE);
  }
  if (!answer.ok) {
    return missing(
      CHECK,
      `GitHub answered ${answer.status} on ${place}`,
      "set a GITHUB_TOKEN that can read the repository",
    );
  }
  const faults = [
    ...(environment.deployment_branch_policy ? [] : ["every branch can deploy to it"]),
    ...(needsReviewers && !hasReviewers(environment) ? ["a deployment needs no approval"] : []),
  ];
  return faults.length === 0
    ? ok(CHECK, `${place} is protected`)
    : missing(CHECK, `${place}: ${faults.join(", ")}`, CREATE);
}

const CREATE = "set it up in the repository's settings, under Environments (docs/shipping.md)";

function hasReviewers({ protection_rules: rules = [] }: Environment): boolean {
  return rules.some(({ type, reviewers = [] }) => type === "required_reviewers" && reviewers.length > 0);
}
