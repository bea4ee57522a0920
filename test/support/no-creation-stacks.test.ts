import { Lazy, Token, Tokenization } from "cdktf";

test.each([
  ["a value that is made later", Lazy.anyValue({ produce: () => 1 })],
  ["a text", Tokenization.reverse(Token.asString({ a: 1 }))[0]],
])("CDKTF keeps no stack of %s", (_name, token) => {
  expect(token).toHaveProperty("creationStack", []);
});
