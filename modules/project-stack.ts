import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, S3Backend, TerraformOutput, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { projectConfig } from "./config/load-config";
import type { StackSettings } from "./settings";

/** A stack of this project: its state backend, its AWS provider, and its outputs. */
export class ProjectStack extends TerraformStack {
  /** The constraint on Terraform's AWS provider: an older one does not know every argument. */
  readonly providerVersion: string;

  /** @param tags - what every resource of the stack is tagged with, beside the project's name */
  constructor(scope: Construct, id: string, settings: StackSettings, tags: Readonly<Record<string, string>>) {
    super(scope, id);
    this.keepState(settings);
    new AwsProvider(this, "aws", {
      region: settings.region,
      allowedAccountIds: settings.accountId === undefined ? undefined : [settings.accountId],
      defaultTags: [{ tags: { project: projectConfig().name, ...tags } }],
    });
    this.providerVersion = settings.providerVersion;
    // The bindings ask for one exact version; resources of the whole series are the same.
    this.addOverride("terraform.required_providers.aws.version", settings.providerVersion);
  }

  protected output(id: string, value: unknown, description: string, { sensitive = false } = {}): void {
    // CDKTF 0.21 inspects an object that is not a token with util.isArray, about which Node 24 warns at each start.
    const token = Token.asAny(value);
    new TerraformOutput(this, id, { value: token, description, sensitive, staticId: true });
  }

  /** Keeps the state beside the project, by a path that is the same on every machine, or in a bucket with a lock. */
  private keepState({ stateBucket, region }: StackSettings): void {
    const key = `${this.node.id}.tfstate`;
    if (stateBucket === undefined) {
      // Terraform runs in cdktf.out/stacks/STACK, which may be deleted at any time; the state must not be below it.
      new LocalBackend(this, { path: `../../../.state/${key}` });
      return;
    }
    new S3Backend(this, { bucket: stateBucket, key, region, encrypt: true });
    // CDKTF 0.21 does not support the lock file, which replaced the lock table.
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }
}
