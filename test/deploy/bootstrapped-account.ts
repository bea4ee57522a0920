import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IAMClient } from "@aws-sdk/client-iam";
import { copyForDeployment, type DeployedCopy, type Ended } from "./deployed-copy";
import { type ActionRecorder, recordActions } from "./recorded-actions";
import { allowedActions, attachedStatements } from "./role-policies";

/** An account of the emulator that `make bootstrap` is for, with a copy of the project that ships to it. */
export interface BootstrappedAccount {
  readonly copy: DeployedCopy;
  /** What the commands ask AWS for. */
  readonly recorder: ActionRecorder;
  readonly iam: IAMClient;
  /** Runs a make target. */
  run(target: string, env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Runs a make target, which has to succeed. */
  make(target: string, env?: NodeJS.ProcessEnv): Promise<Ended>;
  outputs(stack: string): Record<string, unknown>;
  /** The actions that a role of the stack may do. @param without - a statement that is left out, by its id */
  allowed(role: "plan" | "deploy", without?: string): Promise<string[]>;
  /** The ids of the statements for further services (`service-permissions.ts`), of both roles. */
  serviceStatements(): Promise<string[]>;
  close(): Promise<void>;
}

export const STACK = "signed-inventory-bootstrap";
export const REPOSITORY = "octo-org/octo-repo";

/** The bucket that `make bootstrap` makes in an account, for the state of stages. */
export function stateBucket(account: string): string {
  return `${STACK}-state-${account}-us-east-1`;
}

/** @param account - of its own, so that others can deploy at the same time */
export async function openAccount(account: string): Promise<BootstrappedAccount> {
  const copy = await copyForDeployment(account);
  const recorder = await recordActions(new URL(copy.endpoint));
  const iam = new IAMClient({ endpoint: copy.endpoint, region: "us-east-1" });
  const run = (target: string, env?: NodeJS.ProcessEnv) =>
    copy.run(["make", "--silent", "--assume-old=node_modules", "--assume-old=all-packages", target], {
      GITHUB_REPOSITORY: REPOSITORY,
      AWS_ENDPOINT_URL: recorder.url,
      ...env,
    });
  return {
    copy,
    recorder,
    iam,
    run,
    async make(target, env) {
      const ended = await run(target, env);
      if (ended.status === 0) return ended;
      throw new Error(`make ${target} ended with ${ended.status}:\n${(ended.out + ended.err).slice(-6000)}`);
    },
    outputs: (stack) =>
      JSON.parse(readFileSync(join(copy.folder, ".state", `${stack}.outputs.json`), "utf8"))[stack],
    allowed: (role, without) => allowedActions(iam, `${STACK}-${role}`, without),
    async serviceStatements() {
      const both = await Promise.all(
        ["plan", "deploy"].map((role) => attachedStatements(iam, `${STACK}-${role}`)),
      );
      return [...new Set(both.flat().map(({ Sid }) => Sid))];
    },
    async close() {
      iam.destroy();
      await recorder.close();
      await copy.close();
    },
  };
}

/** The actions that are not among others; who asks for itself needs no permission. */
export function excess(actions: readonly string[], others: readonly string[]): string[] {
  const known = new Set([...others, "sts:GetCallerIdentity"]);
  return [...new Set(actions)].filter((action) => !known.has(action)).sort();
}
