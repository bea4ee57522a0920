import { matchesResource } from "#iam/arn-pattern";
import { matchesAction } from "#iam/wildcard";
import { actionsOfTomorrow, neighbours, widenAction, widenResource } from "./around";

test("an action is widened word by word, to its service and to all", () => {
  expect(widenAction("logs:PutLogEvents")).toEqual([
    "*",
    "logs:*",
    "logs:*PutLogEvents",
    "logs:Put*",
    "logs:*LogEvents",
    "logs:PutLog*",
    "logs:*Events",
    "logs:PutLogEvents*",
  ]);
});

test("a resource is widened part by part, and to what begins like it", () => {
  expect(widenResource("arn:aws:s3:::a-b/c")).toEqual([
    "*",
    "arn:*:s3:::a-b/c",
    "arn:*",
    "arn:aws:*:::a-b/c",
    "arn:aws:*",
    "arn:aws:s3:::*-b/c",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a-*/c",
    "arn:aws:s3:::a-*",
    "arn:aws:s3:::a-b/*",
    "arn:aws:s3:::a-b/c*",
  ]);
});

test("what may be anything has no neighbours", () => {
  expect(neighbours("arn:aws:s3:::a/{key}")).toEqual([
    "arn:other:s3:::a/{key}",
    "arn:aws:other:::a/{key}",
    "arn:aws:s3:::other/{key}",
  ]);
  expect(neighbours("*")).toEqual([]);
});

test.each(["dynamodb:Scan", "apigateway:GET", "iam:ListMFADevices", "logs:PutLogEvents"])(
  "each pattern around %s takes it in, and an action that may come",
  (action) => {
    for (const pattern of widenAction(action)) {
      expect([pattern, matchesAction(pattern, action)]).toEqual([pattern, true]);
      expect(actionsOfTomorrow(action).filter((other) => matchesAction(pattern, other))).not.toEqual([]);
    }
    expect(actionsOfTomorrow(action)).not.toContain(action);
  },
);

test.each([
  "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/dev/GET/products",
  "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/signed-inventory-dev-get-index:x",
  "arn:aws:iam::123456789012:role/signed-inventory-dev-reader",
])("each pattern around %s takes it in, and a neighbour", (arn) => {
  for (const pattern of widenResource(arn)) {
    const reached = [arn, ...neighbours(arn)].filter(
      (each) => matchesResource(pattern, each, undefined) === true,
    );
    expect([pattern, reached[0]]).toEqual([pattern, arn]);
    expect(reached.length).toBeGreaterThan(1);
  }
});
