import type { Unsigned } from "./signed-requests";

/** What signers get wrong: escapes in paths, order and spelling of queries, white space in headers, bodies. */
export const AWKWARD_REQUESTS: readonly Unsigned[] = [
  { path: "/" },
  { path: "/dev/products" },
  { path: "/dev/products/" },
  { path: "/dev/a%20b" },
  { path: "/dev/a%2Fb" },
  { path: "/dev/a%2fb" },
  { path: "/dev/a+b" },
  { path: "/dev/a%2Bb" },
  { path: "/dev/a:b" },
  { path: "/dev/a@b=c" },
  { path: "/dev/a%40b%3Dc" },
  { path: "/dev/%C3%A4/%F0%9F%98%80" },
  { path: "/dev/(a)*~!'b" },
  { path: "/dev/a$b&c,d;e" },
  { path: "/dev/100%25" },
  { path: "/dev/products?a=1&b=2" },
  { path: "/dev/products?b=2&a=1" },
  { path: "/dev/products?a=2&a=10&a=1&b=&a=1" },
  { path: "/dev/products?a&b=" },
  { path: "/dev/products?A=1&a=2&a-b=3&a.b=4&a_b=5" },
  { path: "/dev/products?a=x+y" },
  { path: "/dev/products?a=x%20y" },
  { path: "/dev/products?a=x%2By" },
  { path: "/dev/products?a%2Fb=%2F%3D%26%25&c=d=e" },
  { path: "/dev/products?q=%C3%A4%F0%9F%98%80" },
  { path: "/dev/products?q=(a)*~!'$,:@" },
  { path: "/dev/a%20b?a=x%20y", headers: { "x-note": " two  spaces " } },
  {
    path: "/dev/products/x",
    method: "PUT",
    body: '{"name":"Käse"}',
    headers: { "content-type": "application/json" },
  },
  { path: "/dev/products/x", method: "DELETE", headers: { "x-api-key": "a key" } },
];

/** Paths that normalizing changes: signers sign them normalized, and `execute-api` does not take them here. */
export const UNNORMALIZED_REQUESTS: readonly Unsigned[] = [
  { path: "/dev//a///b" },
  { path: "//dev/a" },
  { path: "/dev/./a/../b" },
  { path: "/dev/a/." },
  { path: "/dev/a/..?x=1" },
];
