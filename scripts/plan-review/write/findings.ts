import type { Finding } from "../finding";
import { limitLost } from "./limits";
import type { Markdown } from "./markdown";
import type { ShowName } from "./names";

/** A finding as a sentence. */
export function writeFinding(finding: Finding, show: ShowName): Markdown {
  return limitLost(finding, show);
}
