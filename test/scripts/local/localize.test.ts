import { localize } from "#local/localize";
import { anApi } from "../../support/gateway-model";

const HERE = "http://127.0.0.1:3000";

const MODEL = {
  region: "eu-west-1",
  partition: "aws",
  api: anApi([], {
    id: "abcdefghij",
    domains: [
      {
        name: "api.example.com",
        mappings: [
          { address: "m.any", basePath: "any" },
          { address: "m.none", basePath: "", stage: "dev" },
          { address: "m.v1", basePath: "v1", stage: "prod" },
          { address: "m.other", basePath: "other", isOfOtherApi: true },
        ],
      },
    ],
  }),
};

test.each([
  ["https://abcdefghij.execute-api.eu-west-1.amazonaws.com/dev/products", "/dev/products"],
  ["https://api.example.com", "/dev"],
  ["https://api.example.com/products", "/dev/products"],
  ["https://api.example.com/v1/products", "/prod/products"],
  ["https://api.example.com/v10/products", "/dev/v10/products"],
  ["https://api.example.com/any/prod/products", "/prod/products"],
])("%s leads to the gateway here", (there, path) => {
  expect(localize(`{"url":"${there}"}`, MODEL, HERE)).toBe(`{"url":"${HERE}${path}"}`);
});

test.each([
  "https://abcdefghij.execute-api.eu-west-1.amazonaws.com.evil.example/dev",
  "https://zbcdefghij.execute-api.eu-west-1.amazonaws.com/dev",
  "https://api.example.com.evil.example/products",
  "https://api.example.com:8443/products",
  "https://api.example.community/products",
  "https://api.example.com/other/products",
  "http://api.example.com/products",
])("%s is left as it is", (there) => {
  expect(localize(there, MODEL, HERE)).toBe(there);
});
