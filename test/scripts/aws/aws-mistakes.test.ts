import { explainingAwsMistakes } from "#aws/aws-mistakes";

function failure(name: string, message: string, code?: string): Error {
  return Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });
}

test("what succeeds passes", async () => {
  expect(await explainingAwsMistakes("gone", async () => 7)).toBe(7);
});

test.each([
  { error: failure("ResourceNotFoundException", "Requested resource not found"), message: "gone" },
  { error: failure("NotFoundException", "Invalid API Key identifier specified"), message: "gone" },
  {
    error: failure("AccessDeniedException", "User: u is not authorized to perform: dynamodb:BatchWriteItem"),
    message:
      "AWS does not allow this: User: u is not authorized to perform: dynamodb:BatchWriteItem; use credentials with this permission (AWS_PROFILE)",
  },
  {
    error: failure("UnrecognizedClientException", "The security token is invalid.\nmore"),
    message:
      "AWS refused the credentials (UnrecognizedClientException: The security token is invalid.): renew them, or choose others with AWS_PROFILE",
  },
  {
    error: failure("Error", "getaddrinfo ENOTFOUND nope.invalid", "ENOTFOUND"),
    message:
      "cannot reach AWS (getaddrinfo ENOTFOUND nope.invalid): check the network, and AWS_ENDPOINT_URL if it is set",
  },
  {
    // What Node throws where a name has several addresses, and none answers: it has no message of its own.
    error: failure("AggregateError", "", "ECONNREFUSED"),
    message: "cannot reach AWS (ECONNREFUSED): check the network, and AWS_ENDPOINT_URL if it is set",
  },
  {
    error: failure("TimeoutError", "socket hang up"),
    message: "cannot reach AWS (socket hang up): check the network, and AWS_ENDPOINT_URL if it is set",
  },
])("$error.name $error.code becomes the user's: $message", async ({ error, message }) => {
  await expect(explainingAwsMistakes("gone", () => Promise.reject(error))).rejects.toMatchObject({
    name: "UserError",
    message,
    cause: error,
  });
});

test.each([
  failure("ValidationException", "1 validation error"),
  failure("TypeError", "x is not a function"),
])("%s is a bug, and passes as it is", async (error) => {
  await expect(explainingAwsMistakes("gone", () => Promise.reject(error))).rejects.toBe(error);
});
