import { queryParameters, splitTarget } from "#sigv4/target";

test.each([
  { target: "/dev/x", path: "/dev/x", query: "" },
  { target: "/dev/x?", path: "/dev/x", query: "" },
  { target: "/dev/x?a=1?b", path: "/dev/x", query: "a=1?b" },
  { target: "//dev/x", path: "//dev/x", query: "" },
  { target: "", path: "/", query: "" },
  { target: "?a=1", path: "/", query: "a=1" },
  { target: "*", path: "*", query: "" },
  { target: "http://127.0.0.1:3000/dev/x?a=1", path: "/dev/x", query: "a=1" },
  { target: "HTTPS://user@host", path: "/", query: "" },
  { target: "http://host?a=1", path: "/", query: "a=1" },
  { target: "/http://host/x", path: "/http://host/x", query: "" },
  { target: "/dev/x#y?a=1#b", path: "/dev/x#y", query: "a=1#b" },
])("the target '$target' splits into path and query", ({ target, path, query }) => {
  expect(splitTarget(target)).toEqual({ path, query });
});

test.each([
  { query: "", parameters: [] },
  {
    query: "a=1&a=2&b",
    parameters: [
      ["a", "1"],
      ["a", "2"],
      ["b", ""],
    ],
  },
  { query: "&a=b=c&", parameters: [["a", "b=c"]] },
  { query: "%61+b=%2B+%C3%A4", parameters: [["a b", "+ \xc3\xa4"]] },
])("the query '$query' has these parameters", ({ query, parameters }) => {
  expect(queryParameters(query)).toEqual(parameters);
});
