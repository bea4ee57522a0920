import { refuseFrontEnd } from "#gateway/http/front-end";

/** What Node lets through in one version and refuses in another. What every version lets through: server.test.ts. */

const BAD_REQUEST = {
  answer: {
    status: 400,
    headers: [["Content-Type", "application/json"]],
    body: '{"message":"Bad Request"}',
  },
  reason: "the target is not ASCII: percent-encode its UTF-8",
};

test.each([
  ["/dev/\u00e4", BAD_REQUEST],
  ["/dev/x?a=\u00e4", BAD_REQUEST],
  ["/dev/%C3%A4?a=%C3%A4!~", undefined],
])("%s", (target, refused) => {
  const request = {
    method: "GET",
    target,
    headers: [["Host", "a"]] as const,
    sourceIp: "",
    protocol: "HTTP/1.1",
  };
  expect(refuseFrontEnd(request, "whole")).toEqual(refused);
});
