import forgetSettings from "./settings-of-tests";

const before = process.env;
afterEach(() => {
  process.env = before;
});

test("settings of AWS and of proxies are forgotten, and others are not", () => {
  process.env = {
    PATH: "/bin",
    HOME: "/home/somebody",
    AWS_PROFILE: "production",
    AWS_ENDPOINT_URL: "https://example.com",
    AWS_CONFIG_FILE: "/home/somebody/aws",
    HTTPS_PROXY: "http://proxy",
    no_proxy: "localhost",
  };
  forgetSettings();
  expect(process.env).toEqual({
    PATH: "/bin",
    HOME: "/home/somebody",
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
});
