import type { Block, TerraformDocument } from "#terraform/document";
import { type Unsupported, unsupported } from "#terraform/problem";
import { describe, member, type ObjectValue, type Value } from "#terraform/value";
import { type Account, type LocalIdentity, partitionOf } from "./assigned-values";
import { createMemo } from "./memo";
import { readProperties, type Values } from "./properties";
import { TYPES_WITHOUT_LOCAL_EFFECT } from "./tables/index";
import { PROVIDER_TABLE } from "./tables/provider";

/** What reading a provider takes from its document. */
interface Reading {
  readonly document: TerraformDocument;
  readonly identity: LocalIdentity;
  /** @throws Unsupported */
  readonly evaluate: (raw: Value, address: string) => Value;
  /** Takes note of a property without local effect. */
  readonly ignore: (kind: string) => void;
}

/**
 * The AWS providers of a stack. The stack's account and region are those of the REST API's provider. Another provider,
 * which has an alias, may put resources into the same account and region; into another region it may put only what has
 * no region (IAM) or no local effect, such as the topic of an alarm.
 * Source: https://developer.hashicorp.com/terraform/language/providers/configuration#alias-multiple-provider-configurations
 */
export class Providers {
  private readonly reading: Reading;
  private readonly once = createMemo();

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** Account and region of the stack. @throws Unsupported if the region is not known */
  get account(): Account {
    return this.accountIn(this.home);
  }

  /**
   * Account and region that a block's provider is for.
   * @throws Unsupported if it is not declared, or is for another account, which is not known here
   */
  accountOf({ address, provider }: Block): Account {
    if (provider === this.home) return this.account;
    if (!this.declared.has(provider)) {
      const supported = `a provider of the stack: ${[...this.declared.keys()].map(describe).join(", ")}`;
      throw unsupported(`${address}.provider`, describe(provider), supported, ELSEWHERE);
    }
    if (!this.isOfSameAccount(provider))
      throw this.foreign(address, `${describe(provider)}, for another account`);
    return this.accountIn(provider);
  }

  /** The tags that a block's provider adds to its resources. @throws Unsupported */
  defaultTagsOf({ provider }: Block): Readonly<Record<string, string>> {
    return this.read(provider).default_tags?.tags ?? {};
  }

  /** Refuses a block that has a local effect and is created outside of the stack's account or region. */
  check(block: Block): void {
    if (TYPES_WITHOUT_LOCAL_EFFECT.has(block.type) && this.declared.has(block.provider)) return;
    const { region } = this.accountOf(block);
    if (region === this.account.region || WITHOUT_REGION.test(block.type)) return;
    throw this.foreign(block.address, `${describe(block.provider)}, for the region ${describe(region)}`);
  }

  private foreign(address: string, got: string): Unsupported {
    const supported = `a provider of the stack's account and region, ${describe(this.account.region)}`;
    return unsupported(`${address}.provider`, got, supported, ELSEWHERE);
  }

  /** The provider of the API; without an API, the default one. */
  private get home(): string {
    return this.once("home", () => {
      const blocks = [...this.reading.document.blocks.values()];
      return blocks.find(({ type }) => type === "aws_api_gateway_rest_api")?.provider ?? DEFAULT;
    });
  }

  /** Provider blocks by the names that resources have for them: `aws`, `aws.other`. */
  private get declared(): ReadonlyMap<string, ObjectValue> {
    return this.once("provider", () => {
      const declared = new Map<string, ObjectValue>();
      for (const provider of this.reading.document.providers) {
        const alias = member(provider, "alias") ?? undefined;
        const name = alias === undefined ? DEFAULT : `${DEFAULT}.${alias}`;
        if (declared.has(name)) {
          throw unsupported(
            `provider.${name}`,
            "two AWS providers with one alias",
            "one of each",
            "rename one",
          );
        }
        declared.set(name, provider);
      }
      return declared;
    });
  }

  private accountIn(name: string): Account {
    return this.once(`provider.${name}.region`, () => {
      const region = this.read(name).region ?? this.reading.identity.region;
      if (region === undefined) {
        throw unsupported(`provider.${name}.region`, "nothing", "a region", "name it in the provider");
      }
      return { accountId: this.reading.identity.accountId, region, partition: partitionOf(region) };
    });
  }

  private read(name: string): Values<typeof PROVIDER_TABLE> {
    return this.once(`provider.${name}`, () => {
      const address = `provider.${name}`;
      const provider = this.declared.get(name);
      if (!provider) throw this.undeclared(name);
      const { evaluate, ignore } = this.reading;
      return readProperties(PROVIDER_TABLE, provider, { address, kind: "provider.aws", evaluate, ignore });
    });
  }

  /**
   * The default provider may be missing: Terraform then configures one from the environment, which is not known here.
   */
  private undeclared(name: string): Unsupported {
    const [first] = this.reading.document.providers;
    return name === DEFAULT
      ? unsupported(
          "provider.aws.alias",
          describe(first && member(first, "alias")),
          "a provider without an alias, for everything that names no provider",
          "remove the alias, or name the provider in each resource",
        )
      : unsupported("provider.aws", "no such provider", describe(name), "declare it");
  }

  private isOfSameAccount(name: string): boolean {
    const own = this.declared.get(this.home) ?? {};
    const other = this.declared.get(name) ?? {};
    const written = (provider: ObjectValue, property: string) =>
      JSON.stringify(member(provider, property) ?? null);
    return CHOOSE_ACCOUNT.every((property) => written(own, property) === written(other, property));
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const DEFAULT = "aws";

const ELSEWHERE = "put what belongs to another account or region into a separate stack";

/**
 * Resources that belong to an account and not to a region, and data sources whose values follow from their provider.
 */
const WITHOUT_REGION = /^(data\.)?aws_iam_|^data\.aws_(caller_identity|partition|region)$/;

/** Properties that select the account; two providers with the same ones as written select the same account. */
const CHOOSE_ACCOUNT = [
  "access_key",
  "assume_role",
  "assume_role_with_web_identity",
  "profile",
  "secret_key",
  "shared_config_files",
  "shared_credentials_files",
  "token",
] as const;
