import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { BootstrapStack } from "#modules/bootstrap/bootstrap-stack";
import { bootstrapStack, readBootstrapSettings, readSettings, stackId } from "#modules/settings";
import { InventoryStack } from "../../main";
import { sharedJson } from "./shared-folder";
import type { Properties, Terraform } from "./terraform-json";

export type { Properties, Terraform };

/** Synthesizes a stack with real `App.synth()`, validations included, into a folder that is gone afterwards. */
export function synthesize(build: (stack: TerraformStack) => void): Terraform {
  return withApp((app) => {
    const stack = new TerraformStack(app, "test-dev");
    new AwsProvider(stack, "aws", { region: "eu-central-1" });
    build(stack);
    return stack;
  });
}

const inventories = new Map<string, Terraform>();

/** Synthesizes the whole API, as settings from the environment would have it; once for all test files of a run. */
export function synthesizeInventory(env: Record<string, string> = {}): Terraform {
  const settings = readSettings(env);
  const key = JSON.stringify(settings);
  const known = inventories.get(key);
  if (known) return known;
  const name = `inventory-${createHash("sha256").update(key).digest("hex")}`;
  const inventory = sharedJson(name, () =>
    withApp((app) => new InventoryStack(app, stackId(settings.stageName), settings)),
  );
  inventories.set(key, inventory);
  return inventory;
}

/** Synthesizes the bootstrap stack, as settings from the environment would have it. */
export function synthesizeBootstrap(env: Record<string, string>): Terraform {
  return withApp((app) => new BootstrapStack(app, bootstrapStack(), readBootstrapSettings(env)));
}

/** All resources of a type, by the path of their construct, without the stack's id and CDKTF's metadata. */
export function resources(terraform: Terraform, type: string): Record<string, Properties> {
  const found = Object.values(terraform.resource[type] ?? {}).map(({ "//": comment, ...properties }) => {
    const path: string = comment.metadata.path;
    return [path.slice(path.indexOf("/") + 1), properties] as const;
  });
  return Object.fromEntries(found);
}

/** The one resource of a type. */
export function only(terraform: Terraform, type: string): Properties {
  const found = Object.values(resources(terraform, type));
  expect(found).toHaveLength(1);
  return found[0] as Properties;
}

function withApp(build: (app: App) => TerraformStack): Terraform {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const app = new App({ outdir });
    const stack = build(app);
    app.synth();
    return JSON.parse(readFileSync(join(outdir, "stacks", stack.node.id, "cdk.tf.json"), "utf8"));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
