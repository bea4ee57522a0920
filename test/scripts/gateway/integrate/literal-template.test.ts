import { isLiteralTemplate } from "#gateway/integrate/literal-template";
import { recordedCases } from "../../../support/recorded-cases";

test.each([
  '{"statusCode": 200}',
  "",
  "costs $5, or 5$",
  "a # b, #1, 100%",
  "<p style='color: #fff'>",
  "a@b.c",
])("%s is literal", (text) => {
  expect(isLiteralTemplate(text)).toBe(true);
});

test.each([
  "$context.requestId",
  "${context.requestId}",
  "$!foo",
  "$!{foo}",
  "$_x",
  "\\$foo",
  "#set($a = 1)",
  "#if(true)x#end",
  "#{else}",
  "a #foreach($x in $y)",
  "## a comment",
  "#* a comment *#",
  "#[[not run]]#",
  "#macroCall()",
  "#macro-call ($a)",
  "#@body()",
])("%s is not literal", (text) => {
  expect(isLiteralTemplate(text)).toBe(false);
});

const VTL_CASES = recordedCases("mock").filter(([id]) => id !== "mock-unquoted");

test.each(VTL_CASES)("recorded case %s needs VTL, so that its API is not loaded", (_, { needs }) => {
  const templates = [needs?.requestTemplate ?? "", needs?.responseTemplate ?? ""];
  expect(templates.every(isLiteralTemplate)).toBe(false);
});
