import { readCredentials, requireEnv } from "../../../functions/lib/env";

test("a setting is read", () => {
  expect(requireEnv("products_table", { products_table: "t" })).toBe("t");
});

test.each([{ env: {} }, { env: { products_table: "" } }])(
  "a setting that is missing in $env is named",
  ({ env }) => {
    expect(() => requireEnv("products_table", env)).toThrow(
      "The environment variable products_table is not set, and this function needs it.",
    );
  },
);

test("credentials are read, a session token being theirs only when there is one", () => {
  const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" };
  expect(readCredentials(env)).toEqual({ accessKeyId: "a", secretAccessKey: "s", sessionToken: undefined });
  expect(readCredentials({ ...env, AWS_SESSION_TOKEN: "t" }).sessionToken).toBe("t");
  expect(() => readCredentials({ AWS_ACCESS_KEY_ID: "a" })).toThrow("AWS_SECRET_ACCESS_KEY");
});
