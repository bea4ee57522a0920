import { asUserError, UserError } from "#modules/project";

function failure(code: string, details: object = { path: "/p" }): Error {
  return Object.assign(new Error(`${code}: why, mkdir '/p'`), { code, ...details });
}

test("a user's mistake stays what it is", () => {
  const mistake = new UserError("m");
  expect(asUserError(mistake)).toBe(mistake);
});

test.each([
  ["EACCES", /^EACCES: why, mkdir '\/p': .* use a copy of it that you may write to$/],
  ["EPERM", /write to$/],
  ["EROFS", /write to$/],
  ["ENOSPC", /: make room on the disk$/],
  ["EDQUOT", /: make room on the disk$/],
  ["EFBIG", /\(ulimit -f\)$/],
  ["EMFILE", /\(ulimit -n\)$/],
  ["ENOTDIR", /: a file is in the place of a folder/],
  ["EISDIR", /: a file is in the place of a folder/],
  ["ENAMETOOLONG", /: choose a shorter path$/],
])("%s of a file is one, with what to do", (code, told) => {
  expect(asUserError(failure(code))).toBeInstanceOf(UserError);
  expect(asUserError(failure(code))?.message).toMatch(told);
});

test.each([
  [
    "a folder that cannot be made",
    failure("ENOENT", { path: "/proc/x", syscall: "mkdir" }),
    /choose another place$/,
  ],
  [
    "a write that fails, which names no file",
    failure("ENOSPC", { syscall: "write" }),
    /make room on the disk$/,
  ],
])("%s is one", (_name, error, told) => {
  expect(asUserError(error)?.message).toMatch(told);
});

test.each([
  ["another error of a file", failure("ENOENT")],
  ["a file that is not there", failure("ENOENT", { path: "/p", syscall: "open" })],
  ["an error of no file", failure("EACCES", { syscall: "listen" })],
  ["an error", new TypeError("x is not a function")],
  ["a text", "EACCES"],
  ["nothing", undefined],
])("%s is none", (_name, error) => {
  expect(asUserError(error)).toBeUndefined();
});
