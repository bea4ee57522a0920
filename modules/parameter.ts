import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Construct } from "constructs";
import { shareBoundary } from "./boundary-share";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import { statementWord } from "./policy";

export interface ParameterProps {
  /** The parameter's meaning, in lower case: `free-shipping-from`. Its name in AWS ends with it. */
  readonly name: string;
  /** The value, which the state and the plan show: no secret (`secret.ts`). */
  readonly value: string;
  readonly description?: string;
}

/**
 * A setting that a function reads while it runs, and that can be changed without a deployment.
 * @example new Parameter(this, "limit", { name: "limit", value: "100" }).bind(placeOrder, "limit_parameter");
 */
export class Parameter extends Construct {
  readonly parameterName: string;
  readonly arn: string;

  private readonly statementId: string;

  constructor(scope: Construct, id: string, { name, value, description }: ParameterProps) {
    super(scope, id);
    const parameter = new SsmParameter(this, "parameter", {
      name: physicalName(this, name),
      type: "String",
      value,
      description,
    });
    this.parameterName = parameter.name;
    this.arn = parameter.arn;
    this.statementId = `Read${statementWord(name)}Parameter`;
  }

  /** Lets a function read it: its name in an environment variable, and `ssm:GetParameter` in the function's role. */
  bind(reader: NodejsFunction, variable: string): void {
    reader.setEnvironment(variable, this.parameterName);
    reader.allow({ sid: this.statementId, actions: ["ssm:GetParameter"], resources: [this.arn] });
    shareBoundary(this, {
      sid: "ReadParameters",
      actions: ["ssm:GetParameter"],
      resource: ["ssm", "parameter/{stack}-*"],
    });
  }
}
