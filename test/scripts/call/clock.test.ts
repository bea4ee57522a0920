import { CallableApi } from "./callable-api";

const api = new CallableApi();

/** A machine whose clock is two hours behind; the gateway and the answer's Date are right. */
const behind = { now: () => Date.now() - 7_200_000 };

test("a clock that is wrong is measured by the answer's Date header, and the remedy is told", async () => {
  const { status, out } = await api.call(["GET", "/signed"], behind);
  const prose = out.replace(/\s+/g, " ");
  expect(status).toBe(1);
  expect(prose).toMatch(
    /signature expired .*The clock of this machine is (2 h|1 h 59 min) behind the gateway's/,
  );
  expect(prose).toMatch(/--clock-offset auto, or --clock-offset (7200|7199)\./);
});

test.each(["auto", "7200", "+7199"])("--clock-offset %s makes up for it", async (offset) => {
  const { status, out } = await api.call(["GET", "/signed", "--clock-offset", offset], behind);
  expect([status, /signed as .* (7200|7199) s ahead of this machine's clock\n/.test(out)]).toEqual([0, true]);
});

test("auto leaves a clock that is right alone, and other refusals too", async () => {
  const right = await api.call(["GET", "/signed", "--clock-offset", "auto"]);
  const stranger = await api.call(["GET", "/signed", "--clock-offset", "auto", "--as", "stranger"]);
  expect([right.status, stranger.status]).toEqual([0, 1]);
  expect(right.out + stranger.out).not.toMatch(/machine's clock/);
});
