import { resolveEndpointDiscoveryConfig } from "#functions/lib/stand-ins/endpoint-discovery";
import { readFile } from "#functions/lib/stand-ins/node-fs-promises";

test("files of settings are not looked for", async () => {
  await expect(readFile()).rejects.toThrow("this bundle reads no files of settings");
});

test("a client's configuration stays as it is without endpoint discovery", () => {
  const config = { region: "us-east-1" };
  expect(resolveEndpointDiscoveryConfig(config)).toBe(config);
});

test("to use event streams is refused", () => {
  expect(() => jest.requireActual("../../../functions/lib/stand-ins/event-streams")).toThrow(
    "this bundle has no event streams",
  );
});

test("to ask for the chain of credentials is refused", () => {
  const { defaultProvider } = jest.requireActual("../../../functions/lib/stand-ins/credential-chain");
  expect(defaultProvider).toThrow("give the client its credentials");
});
