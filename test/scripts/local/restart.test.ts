import { SEED, startGateway } from "../../support/local-gateway";
import { sendWithAws4 } from "../../support/signing-clients";
import { load } from "../load/minimal-stack";

test("what a client has from before a restart is taken after it, and what is of another seed is not", async () => {
  const model = load();
  const first = await startGateway(model);
  const credentials = first.credentials("reader");
  await first.api.close();
  const { accessKeyId, secretAccessKey, sessionToken = "" } = credentials;
  const status = async (seed: string): Promise<number> => {
    const again = await startGateway(load(), { seed });
    const request = { method: "GET", url: `${again.url}/dev/products/a` };
    const answer = await sendWithAws4({
      ...request,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    await again.api.close();
    return answer.status;
  };
  const after = await status(SEED);
  expect(after).not.toBe(403);
  expect(await status("0ther".repeat(12))).toBe(403);
});
