import { readCredentials, readFlag, requireEnv } from "#functions/lib/env";

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

test.each([
  { env: {}, flag: false },
  { env: { AWS_USE_FIPS_ENDPOINT: "" }, flag: false },
  { env: { AWS_USE_FIPS_ENDPOINT: "false" }, flag: false },
  { env: { AWS_USE_FIPS_ENDPOINT: "true" }, flag: true },
  { env: { AWS_USE_FIPS_ENDPOINT: "TRUE" }, flag: true },
])("a flag in $env is $flag", ({ env, flag }) => {
  expect(readFlag("AWS_USE_FIPS_ENDPOINT", env)).toBe(flag);
});

test("a flag that is neither true nor false is refused", () => {
  expect(() => readFlag("AWS_USE_FIPS_ENDPOINT", { AWS_USE_FIPS_ENDPOINT: "yes" })).toThrow(
    "The environment variable AWS_USE_FIPS_ENDPOINT is 'yes', expected true or false.",
  );
});

test("credentials are read, a session token being theirs only when there is one", () => {
  const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" };
  expect(readCredentials(env)).toEqual({ accessKeyId: "a", secretAccessKey: "s", sessionToken: undefined });
  expect(readCredentials({ ...env, AWS_SESSION_TOKEN: "t" }).sessionToken).toBe("t");
  expect(() => readCredentials({ AWS_ACCESS_KEY_ID: "a" })).toThrow("AWS_SECRET_ACCESS_KEY");
});
