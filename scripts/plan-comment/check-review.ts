import { UserError } from "#modules/project";
import { LONGEST_REVIEW } from "#plan-review/write/review";

/**
 * Makes sure that a text has no other structure than a review of a plan has: no link, image, mention, reference, HTML or
 * character that hides or turns what follows. The code of a pull request wrote it, and it is commented with rights that this
 * code does not have. It does not make the review true: see SECURITY.md.
 * @throws UserError that names the line, and never quotes it
 */
export function checkReview(text: string): string {
  if (text.length > LONGEST_REVIEW) {
    throw new UserError(
      `the review: got ${text.length} characters, expected at most ${LONGEST_REVIEW}; nothing is commented`,
    );
  }
  let isFenced = false;
  let isAfterHtml = false;
  for (const [index, line] of text.split("\n").entries()) {
    const isFence = isFenced ? FENCE_END.test(line) : line === FENCE_START;
    // A block of HTML ends with an empty line: what comes before it is HTML as well, whatever it looks like.
    const isSound = isAfterHtml
      ? line === ""
      : isFence || (isFenced ? !HIDDEN.test(line) : isReviewLine(line));
    if (!isSound) {
      throw new UserError(
        `the review: got a line ${index + 1} that 'make plan-review' does not write, expected its text unchanged; nothing is commented`,
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

/** Control and formatting characters, and all white space but the space itself. */
const HIDDEN = /(?! )[\p{C}\p{Z}]/u;

/** Each code span begins and ends within a line, and within a cell of a table. */
const CODE = /`[^`|<]+`/g;
const HTML = /^(<details><summary>The plan, \d+ lines?<\/summary>|<\/details>)$/;
/** What stands around code: letters, digits, emphasis and punctuation that means nothing more. */
const PLAIN = /^(#{1,4} )?[A-Za-z0-9 ,.:;()*~|→–…_'"/+=%?-]*$/;
/** GitHub makes links of these by itself. Source: https://github.github.com/gfm/#autolinks-extension- */
const AUTOLINK = /:\/\/|www\.|\bGH-\d/i;

function isReviewLine(line: string): boolean {
  if (HIDDEN.test(line)) return false;
  if (HTML.test(line)) return true;
  // A letter stands for each span, so that nothing comes together around it.
  const around = line.replace(CODE, "x");
  return PLAIN.test(around) && !AUTOLINK.test(around);
}
