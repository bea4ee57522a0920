import { percentDecode } from "./percent-encoding";

/** A request target's two halves, both raw. */
export interface Target {
  /** Starts with `/` in every target that addresses a resource. */
  readonly path: string;
  /** What follows the first `?`; empty without one. */
  readonly query: string;
}

/** A query parameter, name and value decoded to byte strings. */
export type QueryParameter = readonly [name: string, value: string];

const SCHEME_AND_AUTHORITY = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/;

/** The authority of a request target in absolute form: `host:port`. Other forms have none. */
export function authorityOf(target: string): string | undefined {
  return target.startsWith("/") ? undefined : SCHEME_AND_AUTHORITY.exec(target)?.[1];
}

/**
 * Splits a request target into raw path and raw query. The absolute form (`http://host/path`) loses its scheme and
 * authority, since what is signed is the `Host` header; an empty path is `/`. A `#` has no meaning in a request target
 * and stays an ordinary character, so that nothing behind it escapes the signature.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function splitTarget(target: string): Target {
  const origin = target.startsWith("/") ? target : target.replace(SCHEME_AND_AUTHORITY, "");
  const mark = origin.indexOf("?");
  const path = mark < 0 ? origin : origin.slice(0, mark);
  return { path: path === "" ? "/" : path, query: mark < 0 ? "" : origin.slice(mark + 1) };
}

/**
 * The parameters of a raw query in their order, repeated ones kept: `%XX` decoded, `+` a space (as API Gateway shows it
 * to a function, and takes it from a signer that signs `+` as `%20`), `a` the same as `a=`. Nothing between two `&` is no
 * parameter.
 * Source: https://github.com/tedder/requests-aws4auth/issues/54
 */
export function queryParameters(query: string): QueryParameter[] {
  if (query === "") return [];
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0
        ? [decode(pair), ""]
        : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

function decode(text: string): string {
  return percentDecode(text.includes("+") ? text.replaceAll("+", " ") : text);
}
