import { allow, anApi, aRole, EXECUTION_ARN, type Resources } from "./terraform-plan";

/** A stack of so many routes, each with a function, its role, its log group and its permission. */
export function largeStack(routes: number, trigger: string): Resources {
  const api = anApi(
    Array.from(
      { length: routes },
      (_, index) => `GET /route-${index}/{id} ${index % 2 === 0 ? "AWS_IAM" : "NONE key"}`,
    ),
    trigger,
  );
  const rest = Array.from({ length: routes }, (_, index): Resources => {
    const name = `f${index}`;
    return {
      ...aRole(
        name,
        allow(["logs:PutLogEvents"], `arn:aws:logs:us-east-1:123456789012:log-group:/${name}:*`),
        allow("execute-api:Invoke", `${EXECUTION_ARN}/dev/GET/route-${index}/*`),
      ),
      [`aws_lambda_function.${name}`]: {
        function_name: `stack-${name}`,
        arn: name,
        invoke_arn: name,
        version: trigger,
      },
      [`aws_lambda_permission.${name}`]: {
        function_name: `stack-${name}`,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        source_arn: `${EXECUTION_ARN}/dev/GET/route-${index}/*`,
      },
      [`aws_cloudwatch_log_group.${name}`]: { name: `/${name}`, retention_in_days: 14 },
    };
  });
  return Object.assign({}, api, ...rest);
}
