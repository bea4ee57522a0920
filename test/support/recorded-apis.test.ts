import { loadApi } from "./api-terraform";
import { recordedApi } from "./recorded-apis";
import { allRecordedCases } from "./recorded-cases";
import { temporaryFolder } from "./temporary-folder";

/** The APIs that recorded answers are compared on, against what the recordings say of them. */

const folder = temporaryFolder();

test("the validator's API has its model on both methods", () => {
  const row = allRecordedCases().find(({ api }) => api === "validator");
  const { api } = loadApi(recordedApi(row as NonNullable<typeof row>), folder);
  const models = Object.fromEntries(
    api.routes.map(({ httpMethod, requestModels }) => [httpMethod, requestModels]),
  );
  const sum = expect.objectContaining({ type: "object", required: ["a", "b"] });
  expect(models).toEqual({ GET: { "application/json": sum }, POST: { "application/json": sum } });
});
