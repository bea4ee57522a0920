import { App, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { projectConfig } from "./config/load-config";
import { asUserError, UserError } from "./project";
import {
  bootstrapStack,
  type DeploymentSettings,
  isBootstrap,
  namedStack,
  readBootstrapSettings,
  readSettings,
  stackId,
} from "./settings";

/** The class of a stage's stack. */
type StageStack = new (scope: Construct, id: string, props: DeploymentSettings) => TerraformStack;

/** Further stacks of a stage, by name. */
type OtherStacks = Readonly<Record<string, StageStack>>;

/**
 * Synthesizes one stack in this process: that of a stage, or the one that a team deploys once per account. If the user
 * made a mistake, it prints one line, ends with status 2 and writes nothing.
 * @param env - says which stack, and with which settings
 * @param others - further stacks of each stage, by the name that STACK takes: `make deploy STACK=reports`. @default none
 *
 * @example runApp({ STAGE: "dev", AWS_REGION: "us-east-1" }, NotesStack);
 */
export function runApp(env: NodeJS.ProcessEnv, Stage: StageStack, others: OtherStacks = {}): void {
  // CDKTF takes a stack trace for every token, and most are never read. Only a trace that is shown is worth mapping to
  // its source.
  process.setSourceMapsEnabled(false);
  try {
    synthesize(env, Stage, others);
  } catch (error) {
    process.setSourceMapsEnabled(true);
    const mistake = asUserError(error);
    if (!mistake) throw error;
    process.stderr.write(`${mistake.message}\n`);
    process.exitCode = 2;
  }
}

function synthesize(env: NodeJS.ProcessEnv, Stage: StageStack, others: OtherStacks): void {
  const app = new App();
  if (isBootstrap(env)) {
    // Its bindings are a sixth of all that would be loaded.
    const {
      BootstrapStack,
    }: typeof import("./bootstrap/bootstrap-stack") = require("./bootstrap/bootstrap-stack");
    const settings = readBootstrapSettings(env);
    const all = [Stage, ...Object.values(others)];
    const types = all.flatMap((each) => [...resourceTypesOf(each, env)]);
    new BootstrapStack(app, bootstrapStack(), settings, new Set(types));
  } else {
    const props = readSettings(env);
    const name = namedStack(env);
    const Chosen = name === undefined ? Stage : Object.hasOwn(others, name) ? others[name] : undefined;
    if (!Chosen) {
      const names = ["bootstrap", ...Object.keys(others)].join(", ");
      throw new UserError(
        `STACK: got '${name}', expected one of ${names}, or nothing for the stack of STAGE`,
      );
    }
    new Chosen(app, stackId(props.stageName, name), props);
  }
  const faults = app.node.findAll().flatMap((construct) => construct.node.validate());
  if (faults.length > 0) throw new UserError(faults.join("\n"));
  app.synth();
}

/**
 * The types of what any stage is made of, and `type.argument` for each argument that is set. The stages are built for that,
 * and not written.
 */
function resourceTypesOf(Stage: StageStack, env: NodeJS.ProcessEnv): ReadonlySet<string> {
  const app = new App({ skipValidation: true });
  return new Set(
    Object.keys(projectConfig().stages).flatMap((stageName) => {
      const stack = new Stage(app, stackId(stageName), readSettings({ ...env, STAGE: stageName }));
      const { resource = {} } = stack.toTerraform() as { resource?: Record<string, Record<string, object>> };
      return Object.entries(resource).flatMap(([type, instances]) => [
        type,
        ...Object.values(instances).flatMap((each) =>
          Object.keys(each).map((argument) => `${type}.${argument}`),
        ),
      ]);
    }),
  );
}
