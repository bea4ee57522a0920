import { createApiHandler } from "#functions/lib/api-handler";
import { InvalidRequest } from "#functions/lib/invalid-request";
import { jsonResponse } from "#functions/lib/response";
import { apiEvent, capturedLog, context } from "../../support/api-event";

const ALLOWED = "access-control-allow-origin";
const SHOP = "https://shop.example.com";

const ANSWERS = [
  ["an answer", 200, async () => jsonResponse(200, {})],
  ["a refusal", 400, () => Promise.reject(new InvalidRequest("not this"))],
  ["a failure", 500, () => Promise.reject(new Error("a fault"))],
] as const;

describe("pages of the origin that is named", () => {
  test.each(ANSWERS)("may read %s", async (_name, statusCode, answer) => {
    const result = await createApiHandler(capturedLog().log, answer, SHOP)(apiEvent(), context);
    expect(result).toMatchObject({
      statusCode,
      headers: { [ALLOWED]: SHOP, "content-type": "application/json" },
    });
  });

  test.each(ANSWERS)("may not read %s where none is named", async (_name, statusCode, answer) => {
    const result = await createApiHandler(capturedLog().log, answer)(apiEvent(), context);
    expect(result.statusCode).toBe(statusCode);
    expect(result.headers).not.toHaveProperty(ALLOWED);
  });
});
