import { UserError } from "#modules/project";

/** The URL of an emulator, as `--aws` gives it. @throws UserError if it is not one */
export function readEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === "")
    return text;
  throw new UserError(`--aws: got '${text}', expected the URL of an emulator such as http://127.0.0.1:4566`);
}
