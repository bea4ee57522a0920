import { chainCredentials } from "#aws/credentials";
import { SOME_CREDENTIALS, useAwsAt } from "../../support/stage-outputs";

describe("an address of AWS that is none ends in one line, which names the variable", () => {
  beforeEach(() => useAwsAt("http://127.0.0.1:1"));

  test.each(["x", "http://", "http://[", "://", "http://127.0.0.1:99999", "http://a b", "javascript:1"])(
    "%s",
    async (address) => {
      for (const name of ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"]) {
        process.env[name] = address;
        await expect(chainCredentials()).rejects.toMatchObject({
          name: "UserError",
          message: `${name}: got '${address}', expected a URL such as http://127.0.0.1:5050`,
        });
        delete process.env[name];
      }
    },
  );

  test("one that is an address, or empty, is not one of these", async () => {
    process.env.AWS_ENDPOINT_URL_S3 = "";
    expect(await chainCredentials()).toMatchObject({ accessKeyId: SOME_CREDENTIALS.AWS_ACCESS_KEY_ID });
  });
});
