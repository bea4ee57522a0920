import { isKept } from "#demo/tour";

test.each([
  { promised: "200 a page of notes", actual: "200 a page of notes", kept: true },
  { promised: "200", actual: "200", kept: true },
  { promised: "200", actual: "200 a page of notes", kept: true },
  { promised: "200", actual: "2000", kept: false },
  { promised: "200", actual: "201 Created", kept: false },
  { promised: "403 Forbidden", actual: "403 Missing Authentication Token", kept: false },
  { promised: "403 Forbidden", actual: "403", kept: false },
])("'$promised' is kept by '$actual': $kept", ({ promised, actual, kept }) => {
  expect(isKept(promised, actual)).toBe(kept);
});
