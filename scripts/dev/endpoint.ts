import { UserError } from "#modules/project";

/**
 * The URL of an emulator, as a flag gives it.
 * @param port - what the emulators of this kind usually listen on
 * @throws UserError if it is not one
 */
export function readEndpoint(flag: string, text: string, port: number): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === "")
    return text;
  // What is before an @ may be a password.
  const shown = text.replace(/[^/]*@/, "…@");
  throw new UserError(
    `${flag}: got '${shown}', expected the URL of an emulator such as http://127.0.0.1:${port}`,
  );
}
