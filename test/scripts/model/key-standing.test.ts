import { keyStanding } from "#model/key-standing";
import { anApiKey, aUsagePlan } from "../../support/gateway-model";

const PLAN = aUsagePlan();
const ELSEWHERE = aUsagePlan({
  id: "plan2",
  apiStages: [{ apiId: "abc123", stage: "prod", methodThrottles: {} }],
});
const OF_OTHERS = aUsagePlan({ id: "plan3", apiKeyIds: ["key9"] });
const ALL = [OF_OTHERS, ELSEWHERE, PLAN];

test("a key is admitted by the plan that holds the stage", () => {
  expect(keyStanding(anApiKey(), ALL, "dev")).toEqual({
    admitted: true,
    plan: PLAN,
    plans: [ELSEWHERE, PLAN],
  });
});

test("if the stage is not known, any plan of the key will do", () => {
  expect(keyStanding(anApiKey(), ALL, undefined)).toMatchObject({ admitted: true, plan: ELSEWHERE });
});

test.each<[string, Parameters<typeof keyStanding>, object]>([
  [
    "a disabled key, whatever its plans",
    [anApiKey({ enabled: false }), ALL, "dev"],
    { fault: "disabled", plan: PLAN, plans: [ELSEWHERE, PLAN] },
  ],
  ["a key in no plan", [anApiKey({ id: "key2" }), ALL, "dev"], { fault: "in-no-plan", plans: [] }],
  [
    "a key in no plan, if the stage is not known",
    [anApiKey({ id: "key2" }), ALL, undefined],
    { fault: "in-no-plan", plans: [] },
  ],
  [
    "a key whose plans do not hold the stage",
    [anApiKey(), ALL, "test"],
    { fault: "not-for-stage", plans: [ELSEWHERE, PLAN] },
  ],
])("%s is not admitted", (_, args, expected) => {
  expect(keyStanding(...args)).toEqual({ admitted: false, plan: undefined, ...expected });
});
