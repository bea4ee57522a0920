import { type Problem, Problems, unsupported } from "./problem";
import { describe, isList, isObject, member, type ObjectValue, type Value } from "./value";

/** A Terraform JSON document, taken apart and not yet evaluated. */
export interface TerraformDocument {
  /** Resources and data sources by address, in the order written. */
  readonly blocks: ReadonlyMap<string, Block>;
  readonly providers: readonly ObjectValue[];
  readonly variables: ObjectValue;
  readonly locals: ObjectValue;
  readonly outputs: ObjectValue;
  /** Whether the values of outputs are what they are, and no expressions. @default false */
  readonly areOutputsLiteral?: true;
  /** What the document holds and the local gateway cannot follow. */
  readonly problems: readonly Problem[];
}

/** A resource, or a data source (whose address begins with `data.`). */
export interface Block {
  readonly address: string;
  /** `aws_lambda_function`, `data.aws_region` */
  readonly type: string;
  /** The provider that makes it: `aws`, or `aws.ALIAS`. */
  readonly provider: string;
  /** Its arguments without Terraform's own (`depends_on`, `lifecycle`, …). */
  readonly arguments: ObjectValue;
  /** What AWS assigned, if that is known: then no value of the block is an expression. @default not known yet */
  readonly assigned?: ObjectValue;
}

/**
 * Takes a `cdk.tf.json` apart, as CDKTF writes it: one object per block type, in it one per resource type, in it one
 * per resource. Anything that creates or changes resources out of sight (modules, `count`, `for_each`, provisioners, …)
 * is a problem; settings of Terraform's procedure (`depends_on`, `lifecycle`, backends) are left out.
 * @param json - the parsed document; any value gives a document with its problems
 * Source: https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function parseDocument(json: unknown): TerraformDocument {
  const problems = new Problems();
  const root = problems.attempt(() => asObject(json, "the document")) ?? {};
  for (const name of Object.keys(root)) {
    if (!TOP_LEVEL.has(name)) {
      problems.add({
        address: name,
        got: `a block "${name}"`,
        supported: [...TOP_LEVEL].slice(1).join(", "),
        action: `write what it makes as resources of the stack, or ${RESOLVED}`,
      });
    }
  }
  const section = (name: string): ObjectValue =>
    problems.attempt(() => asObject(member(root, name) ?? {}, name)) ?? {};
  const blocks = [
    ...readBlocks(section("resource"), "", problems),
    ...readBlocks(section("data"), "data.", problems),
  ];
  return {
    blocks: new Map(blocks.map((block) => [block.address, block])),
    providers: problems.attempt(() => readProviders(section("provider"))) ?? [],
    variables: section("variable"),
    locals: section("locals"),
    outputs: section("output"),
    problems: problems.list(),
  };
}

const TOP_LEVEL = new Set([
  "//",
  "terraform",
  "provider",
  "resource",
  "data",
  "variable",
  "locals",
  "output",
  // These change Terraform's state.
  "import",
  "moved",
  "removed",
]);

/** Arguments of every block that say how Terraform proceeds and leave the resource as it is. */
const BOOKKEEPING = new Set(["//", "depends_on", "lifecycle"]);

/** Terraform itself resolves what this reader does not. */
const RESOLVED =
  "serve what Terraform makes of it: --state with 'terraform show -json', --plan with 'terraform show -json PLAN'";

const REFUSED_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ["count", `write each resource out, or ${RESOLVED}`],
  ["for_each", `write each resource out, or ${RESOLVED}`],
  ["dynamic", `write each block out, or ${RESOLVED}`],
  ["provisioner", "remove it: what it does is not known"],
  ["connection", "remove it: what it does is not known"],
]);

function readBlocks(section: ObjectValue, prefix: "" | "data.", problems: Problems): Block[] {
  return problems
    .attemptEach(Object.entries(section), ([type, named]) =>
      problems.attemptEach(Object.entries(asObject(named, prefix + type)), ([name, body]) =>
        readBlock(`${prefix}${type}.${name}`, prefix + type, body, problems),
      ),
    )
    .flat();
}

/** A block whose arguments create several resources, or none, is read as one, so that references to it are resolved. */
function readBlock(address: string, type: string, body: Value, problems: Problems): Block {
  const own = Object.entries(asObject(body, address)).filter(([name, value]) => {
    if (value === null || BOOKKEEPING.has(name)) return false;
    const problem = problemOfArgument(address, name, value);
    if (problem) problems.add(problem);
    return !problem && name !== "provider";
  });
  const provider = member(asObject(body, address), "provider");
  return {
    address,
    type,
    provider: isAwsProvider(provider) ? provider : "aws",
    arguments: Object.fromEntries(own),
  };
}

function isAwsProvider(value: unknown): value is string {
  return typeof value === "string" && /^aws(\.[\w-]+)?$/.test(value);
}

function problemOfArgument(address: string, name: string, value: Value): Problem | undefined {
  const action = REFUSED_ARGUMENTS.get(name);
  if (action !== undefined) return { address, got: `"${name}"`, supported: "resources written out", action };
  if (name !== "provider" || isAwsProvider(value)) return undefined;
  return {
    address: `${address}.provider`,
    got: describe(value),
    supported: 'a provider of AWS, such as "aws" or "aws.ALIAS"',
    action: "put what belongs to another account or region into a separate stack",
  };
}

function readProviders(section: ObjectValue): ObjectValue[] {
  const aws = member(section, "aws") ?? {};
  return (isList(aws) ? aws : [aws]).map((provider) => asObject(provider, "provider.aws"));
}

function asObject(value: unknown, address: string): ObjectValue {
  if (isObject(value)) return value;
  throw unsupported(address, describe(value), "an object", "synthesize the stack with CDKTF 0.21");
}
