import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { runScript } from "../../support/run-script";
import { NO_AWS_SETTINGS } from "../../support/stage-outputs";
import { temporaryFolder } from "../../support/temporary-folder";

/** How commands end, as processes: in one line and with status 2, whatever their files and their output are. */

const folder = temporaryFolder();

/** Runs a script in a shell, which says where its output goes; it is ended if it does not end by itself. */
function inShell(script: string, redirection: string) {
  const { status, signal, stdout, stderr } = spawnSync(
    "sh",
    ["-c", `exec "$0" --require ./scripts/cli/typescript.cjs ${script} ${redirection}`, process.execPath],
    {
      cwd: PROJECT_ROOT,
      env: { PATH: process.env.PATH, ...NO_AWS_SETTINGS },
      encoding: "utf8",
      timeout: 18_000,
    },
  );
  return { status, signal, stdout, stderr };
}

(existsSync("/dev/full") ? describe : describe.skip)("a full disk", () => {
  test.each(["scripts/call.ts --help", "scripts/doctor.ts"])("the output of %s", (script) => {
    expect(inShell(script, "> /dev/full")).toEqual({
      status: 2,
      signal: null,
      stdout: "",
      stderr: "cannot write the output: ENOSPC: no space left on device, write: make room on the disk\n",
    });
  });

  test("what is said is lost, and the status stays", () => {
    expect(inShell("scripts/call.ts GET x", "2> /dev/full")).toMatchObject({ status: 2, signal: null });
    expect(inShell("scripts/call.ts --help", "2> /dev/full")).toMatchObject({ status: 0, signal: null });
  });
});

test("a reader that has enough is not a fault", () => {
  expect(inShell("scripts/call.ts --help", "| true")).toMatchObject({ stderr: "" });
});

describe("a folder that cannot be made", () => {
  const file = join(folder, "file");
  beforeAll(() => writeFileSync(file, ""));
  test.each([
    [
      "/proc/x",
      /^ENOENT: no such file or directory, mkdir '\/proc\/x': no folder can be made there; choose another place\n$/,
    ],
    [
      join(file, "below"),
      /^ENOTDIR: .*: a file is in the place of a folder, or a folder in that of a file; move it away\n$/,
    ],
    [file, /^(ENOTDIR|EEXIST): .*: a file is in the place of a folder/],
  ])("CDKTF_OUTDIR=%s", async (CDKTF_OUTDIR, message) => {
    if (CDKTF_OUTDIR.startsWith("/proc") && !existsSync("/proc/self")) return;
    expect(await runScript(["main.ts"], { CDKTF_OUTDIR })).toEqual({
      status: 2,
      out: "",
      err: expect.stringMatching(message),
    });
  });
});

test("arguments that make has left in a variable are words, and an open quote is reported", async () => {
  const REQUEST = "GET '/a b' --unsigned --url 'http://127.0.0.1:1/$x'";
  expect(await runScript(["scripts/call.ts", "--arguments-from=REQUEST"], { REQUEST })).toEqual({
    status: 2,
    out: "",
    err: "no answer from http://127.0.0.1:1 (ECONNREFUSED): check the address and the network\n",
  });
  expect(await runScript(["scripts/call.ts", "--arguments-from=REQUEST"], { REQUEST: "GET 'x" })).toEqual({
    status: 2,
    out: "",
    err: "REQUEST: got a ' that is not closed; close it, or write \\' for a literal one\n",
  });
});
