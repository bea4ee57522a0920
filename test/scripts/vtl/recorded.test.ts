import type { Plain } from "#vtl/template";
import { render, renderJson, renderWhole } from "./rendering";

/**
 * What templates were recorded to print on AWS.
 * Source: https://github.com/localstack/localstack/tree/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway,
 *   the tests that are named, with their `snapshot.json`
 */

describe("test_input_path_template_formatting", () => {
  const result = '#set($result = $input.path("$.json"))';
  const facts = (path: string): string =>
    `#set($result = $input.path("${path}")){"body": $result, "nested": $result.nested, "isNull": #if( $result == $null )"true"#else"false"#end, "isEmptyString": #if( $result == "" )"true"#else"false"#end}`;

  test.each<[string, string, Plain, string]>([
    ["dict-response", `${result}$result`, { foo: "bar" }, "{foo=bar}"],
    ["json-list", `${result}$result`, [{ foo: "bar" }], '[{"foo":"bar"}]'],
    ["nested-dict", `${result}$result.nested`, { nested: { foo: "bar" } }, "{foo=bar}"],
    ["nested-list", `${result}$result.nested`, { nested: [{ foo: "bar" }] }, '[{"foo":"bar"}]'],
    ["dict-in-list", `${result}$result[0]`, [{ foo: "bar" }], "{foo=bar}"],
    ["list-with-nested-list", `${result}$result[0]`, [[{ foo: "bar" }]], '[{"foo":"bar"}]'],
    ["dict-with-nested-list", `${result}$result`, { foo: [{ nested: "bar" }] }, '{foo=[{"nested":"bar"}]}'],
    [
      "bigger-dict",
      `${result}$result`,
      { bigger: "dict", to: "test", with: "separators" },
      "{bigger=dict, to=test, with=separators}",
    ],
    ["to-string", `${result}$result.toString()`, { foo: "bar" }, "{foo=bar}"],
    ["list-to-string", `${result}$result.toString()`, { list: [{ foo: "bar" }] }, '{list=[{"foo":"bar"}]}'],
    [
      "empty-body",
      facts("$.nonExisting"),
      {},
      '{"body": , "nested": , "isNull": "true", "isEmptyString": "true"}',
    ],
    [
      "nested-empty-list",
      facts("$.json.listValue"),
      { listValue: [] },
      '{"body": [], "nested": , "isNull": "false", "isEmptyString": "false"}',
    ],
    [
      "nested-null-list",
      facts("$.json.listValue"),
      { listValue: null },
      '{"body": , "nested": , "isNull": "true", "isEmptyString": "true"}',
    ],
  ])("%s", (_, template, json, text) => {
    expect(renderJson(template, { json })).toBe(text);
  });
});

describe("test_input_body_formatting", () => {
  const raw = "#set($result = $input.body)$result";
  const member = "#set($result = $input.body.testAccess)$result";
  const encoded =
    "EncodedBody=$util.urlEncode($input.body)&EncodedBodyAccess=$util.urlEncode($input.body.testAccess)";

  test.each([
    [raw, "", "{}"],
    [raw, '{"some": "value"}', '{"some": "value"}'],
    [raw, "some raw data", "some raw data"],
    ["Action=SendMessage&MessageBody=$input.body", "", "Action=SendMessage&MessageBody={}"],
    [member, '{"some": "value"}', ""],
    [member, "some raw data", ""],
    [encoded, "", "EncodedBody=%7B%7D&EncodedBodyAccess="],
    [encoded, '{"some": "value"}', "EncodedBody=%7B%22some%22%3A+%22value%22%7D&EncodedBodyAccess="],
    [encoded, "some raw data", "EncodedBody=some+raw+data&EncodedBodyAccess="],
  ])("%s of '%s'", (template, body, text) => {
    expect(render(template, { body })).toBe(text);
  });
});

test("test_sqs_amz_json_protocol: the context prints its texts, and nothing for maps and nulls", () => {
  const template = `{#foreach($key in $context.keySet())"$key": "$context.get($key)"#if($foreach.hasNext), #end#end}`;
  const context = {
    apiId: "abc",
    requestTimeEpoch: 1700000000000,
    identity: { user: null, sourceIp: "::1" },
  };
  expect(render(template, { context })).toBe(
    '{"requestOverride": "", "responseOverride": "", "apiId": "abc", "requestTimeEpoch": "1700000000000", "identity": ""}',
  );
  const keys = `#foreach($key in $context.responseOverride.keySet())$key #end|$context.identity.user|$context.identity.sourceIp`;
  expect(render(keys, { context })).toBe("header ||::1");
});

test("test_integration_mock_with_vtl_map_assignation: overrides by index, by put, and by a path of both", () => {
  const { overrides } = renderWhole(`
#set($paramName = "foo")
#set($context.requestOverride.querystring[$paramName] = "bar")
#set($paramPutName = "putfoo")
$context.requestOverride.querystring.put($paramPutName, "putBar")
#set($context["requestOverride"].querystring["nestedfoo"] = "nestedFoo")
{
  "statusCode": 200
}
`);
  expect(overrides.requestOverride).toEqual({
    path: {},
    header: {},
    querystring: { foo: "bar", putfoo: "putBar", nestedfoo: "nestedFoo" },
  });
});

test("test_integration_mock_with_response_override_in_request_template: a number stays one", () => {
  const { overrides } = renderWhole(
    '#set($context.responseOverride.status = 444)#set($context.responseOverride.header.foo = "bar")',
  );
  expect(overrides.responseOverride).toEqual({ status: 444, header: { foo: "bar" } });
});

test.each([
  ["path1", "one"],
  ["path2", "two"],
  ["whatever", "else"],
])("test_integration_mock_with_request_overrides_in_response_template: %s", (message, text) => {
  const template = `#set($body = $util.parseJson($context.requestOverride.path.body))
#set($inputBody = $body.message)
#if($inputBody == "path1")
one#elseif($inputBody == "path2")
two#else
else#end`;
  const context = { requestOverride: { path: { body: JSON.stringify({ message }) } } };
  expect(render(template, { context })).toBe(text);
});
