import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { readSettings } from "#modules/settings";
import { assertCredentials } from "./aws/credentials";
import { runCommand, withHelp } from "./cli/command";
import { writePrivateFile } from "./cli/private-files";
import { publishAgain, type RemovalWatch, watchRemovals } from "./deploy/publish-again";
import { packPlan, unpackPlan } from "./saved-plan/archive";
import { readablePlan } from "./saved-plan/readable-plan";
import { assertS3Url, isS3Url, readS3Object, writeS3Object } from "./saved-plan/s3-objects";
import { assertTerraform, PLAN_FILE } from "./stage/installed-terraform";
import { makeStateFolder, saveOutputs } from "./stage/outputs";
import { targetStack } from "./stage/stack-name";
import { plansFolder, TerraformRunner } from "./stage/terraform-runner";

const USAGE = `usage: saved-plan.ts save | apply

Saves a plan now, and applies it later, after a review. It is a plan for the
stage that STAGE names (default dev).

  save    saves a plan with everything that is needed to apply it, and prints
          its path and its SHA-256. The plan is also written as JSON to
          .plan/STACK.json, which 'make plan-review' reads. Both contain what
          the state contains, secrets included; .plan/STACK.txt is the plan
          without secrets.
  apply   applies exactly the saved plan. It refuses a plan whose SHA-256 is not
          PLAN_SHA256, if that is set. Terraform refuses a stale plan: one that
          was made before the latest deployment. If parts of the API were
          removed, the API is deployed once more afterwards.

  PLAN          the plan: a file, or s3://BUCKET/KEY (default .plan/STACK.zip)
  PLAN_SHA256   the digest that 'save' printed

  make plan-save STAGE=prod && make apply STAGE=prod
`;

/** Saves a plan, or applies a saved one. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
  });
  const [verb = "", ...rest] = positionals;
  if (!["save", "apply"].includes(verb) || rest.length > 0) {
    throw new UserError(`got '${positionals.join(" ")}', expected save or apply`);
  }
  const stack = targetStack(env);
  const place: Place = { at: env.PLAN || join(plansFolder(), `${stack}.zip`), env };
  if (isS3Url(place.at)) assertS3Url(place.at);
  assertTerraform(env);
  await assertCredentials();
  const watch = watchRemovals(io.err);
  const terraform = new TerraformRunner(stack, env, watch);
  if (verb === "apply") return apply(stack, terraform, place, watch);
  const digest = await save(stack, terraform, place);
  if (digest === undefined) return 1;
  const json = relative(process.cwd(), join(plansFolder(), `${stack}.json`));
  io.err.write(
    `saved; to review it: make plan-review PLAN_JSON=${json}; then, with the same settings: make apply\n`,
  );
  io.out.write(`plan=${place.at}\nsha256=${digest}\n`);
  return 0;
});

/** @returns the SHA-256 of the saved plan; undefined if Terraform could not plan */
async function save(stack: string, terraform: TerraformRunner, place: Place): Promise<string | undefined> {
  rmSync(terraform.folder, { recursive: true, force: true });
  await terraform.synthesize(stack);
  if ((await terraform.run("init", "-input=false")) !== 0) return undefined;
  if ((await terraform.run("plan", "-input=false", `-out=${PLAN_FILE}`)) !== 0) return undefined;
  const json = await terraform.capture("show", "-json", PLAN_FILE);
  writePrivateFile(join(plansFolder(), `${stack}.json`), json);
  const text = await terraform.capture("show", "-no-color", PLAN_FILE);
  writePrivateFile(join(plansFolder(), `${stack}.txt`), readablePlan(text, json));
  const archive = packPlan(terraform.folder);
  await write(place, archive);
  return sha256(archive);
}

async function apply(
  stack: string,
  terraform: TerraformRunner,
  place: Place,
  watch: RemovalWatch,
): Promise<number> {
  const archive = await read(place);
  const expected = place.env.PLAN_SHA256;
  if (expected && sha256(archive) !== expected) {
    throw new UserError(
      `${place.at}: got a plan with SHA-256 ${sha256(archive)}, expected ${expected}, that of the reviewed plan`,
    );
  }
  unpackPlan(archive, stack, terraform.folder);
  makeStateFolder();
  // The same versions of the providers as in the plan.
  const status =
    (await terraform.run("init", "-input=false", "-lockfile=readonly")) ||
    (await terraform.run("apply", "-input=false", PLAN_FILE));
  if (status !== 0) return status;
  saveOutputs(stack, await terraform.capture("output", "-json"));
  return watch.hasSeenRemoval() ? publishAgain(terraform) : 0;
}

/** Where a saved plan is. */
interface Place {
  /** A path, or an `s3://` URL. */
  readonly at: string;
  readonly env: NodeJS.ProcessEnv;
}

async function read({ at, env }: Place): Promise<Uint8Array> {
  if (isS3Url(at)) return readS3Object(at, readSettings(env).region, env);
  try {
    return readFileSync(at);
  } catch (cause) {
    throw new UserError(`no saved plan at ${at}: run 'make plan-save' first`, { cause });
  }
}

async function write({ at, env }: Place, archive: Uint8Array<ArrayBuffer>): Promise<void> {
  if (isS3Url(at)) await writeS3Object(at, archive, readSettings(env).region, env);
  else writePrivateFile(at, archive);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

if (require.main === module) void runCommand(main);
