import type { Construct } from "constructs";
import { Account } from "./account";
import { Alarms } from "./alarms";
import type { ApiClients } from "./api-clients";
import type { InvokeRole } from "./invoke-role";
import { NodejsFunction, type NodejsFunctionProps } from "./nodejs-function";
import type { Statement } from "./policy";
import { ProjectStack } from "./project-stack";
import type { RestApi } from "./rest-api";
import { RoleBoundary } from "./role-boundary";
import type { DeploymentSettings } from "./settings";
import { isWatched } from "./watched";

/** What the commands know about an API. */
export interface ApiParts {
  readonly api: RestApi;
  readonly clients: ApiClients;
  /** Who may call what; `reader` and `writer` are those that `make demo` and `make verify` sign as. */
  readonly roles: { readonly reader: InvokeRole; readonly writer: InvokeRole };
}

/** What a stack can say of its functions; the rest it knows. */
export type FunctionOptions = Partial<Omit<NodejsFunctionProps, "account" | "description" | "environment">>;

/**
 * One stage of an API: the shared settings of its Lambdas, its alarms, and the outputs that the commands read.
 *
 * @example
 * export class NotesStack extends ApiStack {
 *   constructor(scope: Construct, id: string, props: DeploymentSettings) {
 *     super(scope, id, props);
 *     const getNote = this.lambda("get-note", "Answers one note");
 *     // … a table, an API, its clients and roles
 *     this.raiseAlarms(api);
 *     this.outputApi({ api, clients, roles: { reader, writer } });
 *   }
 * }
 */
export class ApiStack extends ProjectStack {
  protected readonly account: Account;
  /** What the stack's functions have in common. @default nothing */
  protected readonly functionDefaults: FunctionOptions = {};

  private readonly boundary: RoleBoundary;
  private readonly settings: DeploymentSettings;

  constructor(scope: Construct, id: string, settings: DeploymentSettings) {
    super(scope, id, settings, { stage: settings.stageName });
    this.settings = settings;
    this.account = new Account(this, "account");
    const { region, stageName } = settings;
    this.boundary = new RoleBoundary(this, "boundary", { account: this.account, region, stageName });
  }

  /**
   * The Lambda in `functions/NAME/index.ts`.
   * @param options - what of it differs from {@link functionDefaults}
   */
  protected lambda(
    name: string,
    description: string,
    environment?: Readonly<Record<string, string>>,
    options: FunctionOptions = {},
  ): NodejsFunction {
    return new NodejsFunction(this, name, {
      entry: `functions/${name}/index.ts`,
      description,
      account: this.account,
      environment,
      runtime: this.settings.lambdaRuntime,
      logRetentionInDays: this.settings.stage.logRetentionInDays,
      ...this.functionDefaults,
      ...options,
    });
  }

  /**
   * Lets the stage's roles be given something that no construct brings to their boundary. A person deploys the change: the
   * role that deploys can change no boundary.
   */
  protected allowAtMost(statement: Statement): void {
    this.boundary.allow(statement);
  }

  /** Creates alarms if the stage's settings have limits for them. */
  protected raiseAlarms(api: RestApi): void {
    const { stage, alarmEmail } = this.settings;
    if (!stage.alarms) return;
    const alarms = new Alarms(this, "alarms", { api, limits: stage.alarms, email: alarmEmail });
    for (const each of this.node.findAll()) if (isWatched(each)) each.watch(alarms.topicArn);
    this.output("alarm_topic_arn", alarms.topicArn, "SNS topic that alarms are sent to");
  }

  /**
   * Puts out what `make call`, `make demo`, `make verify` and the like read, whatever the API is about, and lets roles of
   * the stage be given its routes.
   */
  protected outputApi({ api, clients, roles }: ApiParts): void {
    this.boundary.allow({ sid: "InvokeApi", actions: ["execute-api:Invoke"], resources: [api.stageArn] });
    this.output("service_endpoint", api.stageUrl, "URL of the stage, which paths are appended to");
    this.output("stage", this.settings.stageName, "Name of the stage");
    this.output("region", this.settings.region, "Region, which signatures are scoped to");
    this.output("rest_api_id", api.restApiId, "Id of the REST API");
    for (const target of api.functions) {
      const name = target.node.id.replaceAll("-", "_");
      this.output(
        `${name}_qualified_arn`,
        target.qualifiedArn,
        `ARN of the published version of ${target.node.id}`,
      );
    }
    for (const [name, role] of Object.entries(roles)) {
      this.output(`${name}_policy_arn`, role.policyArn, `Managed policy with what the role ${name} may call`);
      this.output(`${name}_role_arn`, role.roleArn, `The role ${name}, which the account can assume`);
    }
    const keys = [...clients.keys];
    const ids = Object.fromEntries(keys.map(([name, { id }]) => [name, id]));
    const values = Object.fromEntries(keys.map(([name, { value }]) => [name, value]));
    this.output("api_key_ids", ids, "Ids of the API keys, by client");
    this.output("api_key_values", values, "The API keys, by client", { sensitive: true });
  }
}
