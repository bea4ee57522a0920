import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import { refusedByAws } from "../aws-refusals";
import { listOf, mapOf, oneOf, type Reader, text } from "../properties";

/** The one type of an API's endpoint. */
export const oneEndpointType: Reader<"REGIONAL" | "EDGE" | "PRIVATE"> = (value, at) => {
  const types = listOf(oneOf(["REGIONAL", "EDGE", "PRIVATE"]))(value, at);
  const [type, second] = types;
  if (type !== undefined && second === undefined) return type;
  const answer =
    type === undefined
      ? "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."
      : "Cannot create an api with multiple Endpoint Types.";
  throw refusedByAws(at.address, JSON.stringify(types), "a list of one type", "name one", answer);
};

/**
 * A stage's variables, of the form that AWS takes.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html; of the lengths,
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const stageVariables: Reader<Readonly<Record<string, string>>> = (value, at) => {
  const variables = mapOf(text)(value, at);
  for (const [name, content] of Object.entries(variables)) {
    const address = `${at.address}.${JSON.stringify(name)}`;
    if (!/^[A-Za-z0-9_]{1,64}$/.test(name)) {
      throw unsupported(
        address,
        describe(name),
        "1 to 64 letters, digits and _",
        "rename it: AWS takes no other",
      );
    }
    if (!/^[A-Za-z0-9._~:/?#&=,-]{1,512}$/.test(content)) {
      const [other] = /[^A-Za-z0-9._~:/?#&=,-]/u.exec(content) ?? [];
      const got =
        other === undefined ? `a value of ${content.length} characters` : `a value with ${describe(other)}`;
      const form = "1 to 512 letters, digits and -._~:/?#&=,";
      throw unsupported(address, got, form, "change it: AWS takes no other");
    }
  }
  return variables;
};

const MAX_KEY_NAME_LENGTH = 1024;

/** The name of an API key. */
export const keyName: Reader<string> = (value, at) => {
  const name = text(value, at);
  if (name.length <= MAX_KEY_NAME_LENGTH) return name;
  const answer = "Invalid API Key name, can be at most 1024 characters.";
  const got = `a name of ${name.length} characters`;
  throw refusedByAws(at.address, got, `at most ${MAX_KEY_NAME_LENGTH}`, "shorten it", answer);
};
