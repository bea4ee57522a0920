import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import { shareBoundary } from "./boundary-share";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import { statementWord } from "./policy";

export interface SecretProps {
  /** The secret's meaning, in lower case: `payment-key`. Its name in AWS ends with it. */
  readonly name: string;
  readonly description?: string;
  /**
   * How long a removed secret can be restored, from 7 to 30; until then its name is taken. 0: not at all.
   * @default 30
   */
  readonly recoveryWindowInDays?: number;
}

/**
 * A place for a secret. Its value is neither in the program nor in the state: a person puts it there, with
 * `aws secretsmanager put-secret-value --secret-id NAME --secret-string file://…`.
 *
 * @example new Secret(this, "payment-key", { name: "payment-key" }).bind(placeOrder, "payment_key_secret");
 */
export class Secret extends Construct {
  readonly secretName: string;
  readonly arn: string;

  private readonly statementId: string;

  constructor(scope: Construct, id: string, { name, description, recoveryWindowInDays }: SecretProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: physicalName(this, name),
      description,
      recoveryWindowInDays,
    });
    this.secretName = secret.name;
    this.arn = secret.arn;
    this.statementId = `Read${statementWord(name)}Secret`;
  }

  /** Lets a function read it: its ARN in an environment variable, and `secretsmanager:GetSecretValue` in its role. */
  bind(reader: NodejsFunction, variable: string): void {
    const actions = ["secretsmanager:GetSecretValue"];
    reader.setEnvironment(variable, this.arn);
    reader.allow({ sid: this.statementId, actions, resources: [this.arn] });
    shareBoundary(this, {
      sid: "ReadSecrets",
      actions,
      resource: ["secretsmanager", "secret:{stack}-*"],
    });
  }
}
