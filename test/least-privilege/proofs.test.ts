import type { NamedPolicy } from "#iam/identity";
import type { PolicyPrincipal } from "#iam/policy";
import { loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { ACCOUNT_ID, REGION } from "../support/api-terraform";
import { someOf } from "../support/some-of";
import { synthesizeInventory } from "../support/synth";
import { loadBootstrap } from "./bootstrap-policies";
import { bootstrapSubjects } from "./bootstrap-subjects";
import { endowments, mutants } from "./mutants";
import { type ExpectedRoute, ROLES, ROUTES, type StageName } from "./stage-expectation";
import { apiSubject, boundarySubject, boundedSubjects, stageSubjects } from "./stage-subjects";
import { type Asked, type Subject, violations } from "./violations";

/** The policies of a stack answer every question as they have to, and no change to them would go unnoticed. */
function prove(subjects: readonly Subject[]): void {
  test.each(subjects)("$name: $questions.length questions have the right answer", (subject) => {
    expect([...violations(subject)]).toEqual([]);
  });

  test.each(subjects)("$name: whatever it says more or less is noticed", (subject) => {
    const changed = mutants(subject);
    expect(changed.length).toBeGreaterThan(10);
    expect(
      someOf(changed)
        .filter(isUnnoticed)
        .map(({ name }) => name),
    ).toEqual([]);
  });

  const ofIdentities = subjects.filter(({ policies }) => policies.identity.length > 0);
  test.each(ofIdentities)("$name: a service more is noticed", (subject) => {
    expect(someOf(endowments(subject)).filter(isUnnoticed)).toEqual([]);
  });
}

function isUnnoticed(mutant: Asked): boolean {
  return violations(mutant).next().done === true;
}

describe.each<StageName>(["dev", "prod"])("stage %s", (stage) => {
  const model = loadStage(stage);
  const stack = `signed-inventory-${stage}`;

  test("has the routes of the table, and no others", () => {
    expect(routesOf(model, stack).sort(byRoute)).toEqual([...ROUTES].sort(byRoute));
  });

  test("has the roles of the table, and no others", () => {
    expect(model.principals.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual(
      ROLES.map(({ name }) => `role ${stack}-${name}`).sort(),
    );
  });

  prove([...stageSubjects(model, stage), boundarySubject(model, stage)]);

  test("its boundary holds every role, and takes nothing away that one needs", () => {
    const bounded = boundedSubjects(model, stage);
    expect(bounded.map(({ policies }) => policies.boundary?.name)).toEqual(
      ROLES.map(() => `signed-inventory-boundary-${stage}`),
    );
    expect(bounded.flatMap((subject) => [...violations(subject)])).toEqual([]);
  });

  test("the API lets no caller in by a policy of its own", () => {
    expect([...violations(apiSubject(model, stage))]).toEqual([]);
  });

  test.each<{ name: string; Principal: PolicyPrincipal }>([
    { name: "everyone", Principal: "*" },
    { name: "another account", Principal: { AWS: "arn:aws:iam::444455556666:root" } },
    { name: "a user of the account", Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:user/carlos` } },
  ])("a policy of the API that lets $name in is noticed", ({ Principal }) => {
    const policy: NamedPolicy = {
      address: "added",
      name: "added",
      document: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal, Action: "execute-api:Invoke", Resource: "*" },
      },
    };
    expect(isUnnoticed(apiSubject({ ...model, api: { ...model.api, policy } }, stage))).toBe(false);
  });
});

describe("the bootstrap stack", () => {
  const bootstrap = loadBootstrap();

  test("has a role for plans, one for deployments and one for logs, and no others", () => {
    expect(bootstrap.principals.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
      "role signed-inventory-bootstrap-api-logs",
      "role signed-inventory-bootstrap-deploy",
      "role signed-inventory-bootstrap-plan",
    ]);
  });

  prove(bootstrapSubjects(bootstrap));
});

test("nothing lies below a path parameter, whose wildcard would span the slash", () => {
  const paths = ROUTES.map(({ route }) => route.replace(/^\w+ /, ""));
  const parameters = paths.filter((path) => path.endsWith("}"));
  expect(parameters).not.toEqual([]);
  expect(paths.filter((path) => parameters.some((each) => path.startsWith(`${each}/`)))).toEqual([]);
});

// ---------------------------------------------------------------------------------------------------- internal

function loadStage(stage: StageName): Model {
  const terraform = structuredClone(synthesizeInventory({ STAGE: stage, AWS_REGION: REGION }));
  // The packages are gone with the folder that they were made in, and say nothing of permissions.
  for (const lambda of Object.values(terraform.resource.aws_lambda_function ?? {}))
    lambda.filename = __filename;
  return loadModel({ terraform, identity: { accountId: ACCOUNT_ID, seed: "a seed" } });
}

function routesOf({ api, functions }: Model, stack: string): ExpectedRoute[] {
  return api.routes.map(({ httpMethod, resourcePath, authorization, apiKeyRequired, integration }) => {
    const arn = integration.type === "AWS_PROXY" ? integration.functionArn : undefined;
    const target = functions.find((each) => each.arn === arn);
    return {
      route: `${httpMethod} ${resourcePath}`,
      authorization,
      apiKey: apiKeyRequired,
      lambda: target?.name.replace(`${stack}-`, ""),
    };
  });
}

function byRoute(one: ExpectedRoute, other: ExpectedRoute): number {
  return one.route < other.route ? -1 : 1;
}
