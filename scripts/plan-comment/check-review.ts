import { UserError } from "#modules/project";
import { LONGEST_REVIEW } from "#plan-review/write/review";

/**
 * Checks that a text has only the structure of a plan review: no link, image, mention, reference or HTML, and no character
 * that hides or reorders text. The code of a pull request wrote the text, and it is posted with permissions that this code
 * does not have. The check does not make the review true: see SECURITY.md.
 * @throws UserError that names the line, and never quotes it
 */
export function checkReview(text: string): string {
  if (text.length > LONGEST_REVIEW) {
    throw new UserError(
      `the review: got ${text.length} characters, expected at most ${LONGEST_REVIEW}; no comment was posted`,
    );
  }
  let isFenced = false;
  let isAfterHtml = false;
  for (const [index, line] of text.split("\n").entries()) {
    const isFence = isFenced ? FENCE_END.test(line) : line === FENCE_START;
    // A block of HTML ends with an empty line. Everything before that line is HTML as well, whatever it looks like.
    const isAllowed = isAfterHtml
      ? line === ""
      : isFence || (isFenced ? !HIDDEN.test(line) : isReviewLine(line));
    if (!isAllowed) {
      throw new UserError(
        `the review: line ${index + 1} is not one that 'make plan-review' writes; expected its unchanged text; no comment was posted`,
      );
    }
    if (isFence) isFenced = !isFenced;
    isAfterHtml = !isFenced && HTML.test(line);
  }
  return text;
}

const FENCE_START = "```diff";
/** Source: https://github.github.com/gfm/#closing-code-fence */
const FENCE_END = /^ {0,3}`{3,}[ \t]*$/;

/** Control and formatting characters, and all white space except the space itself. */
const HIDDEN = /(?! )[\p{C}\p{Z}]/u;

/** Each code span begins and ends within a line, and within a cell of a table. */
const CODE = /`[^`|<]+`/g;
const HTML =
  /^(<details><summary>(The plan, \d+ lines?|\d+ (routes?|limits?) that (stays as it was|stay as they were))<\/summary>|<\/details>)$/;
/** GitHub shows these as boxes. Source: https://docs.github.com/en/get-started/writing-on-github (alerts) */
const ALERT = /^> \[!(CAUTION|WARNING|NOTE)\]$/;
/** Text around code: letters, digits, emphasis, and punctuation without a meaning in Markdown. */
const PLAIN = /^(#{1,4} |> )?[A-Za-z0-9 ,.:;()*~|→–−±·…_'"/+=%?-]*$/;
/** GitHub turns these into links. Source: https://github.github.com/gfm/#autolinks-extension- */
const AUTOLINK = /:\/\/|www\.|\bGH-\d/i;

function isReviewLine(line: string): boolean {
  if (HIDDEN.test(line)) return false;
  if (HTML.test(line) || ALERT.test(line)) return true;
  // A letter replaces each span, so that the text before and after it is not joined.
  const around = withoutBreaks(line.replace(CODE, "x"));
  return PLAIN.test(around) && !AUTOLINK.test(around);
}

/** A row of a table has its line breaks as HTML, since it is one line. */
function withoutBreaks(line: string): string {
  return line.startsWith("| ") ? line.replaceAll("<br>", " ") : line;
}
