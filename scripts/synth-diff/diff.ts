import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runQuickly } from "#cli/run-program";
import { UserError } from "#modules/project";

/** The longest difference that fits into a comment or a summary on GitHub, in characters. */
const LONGEST = 60_000;

/** These override the user's git settings, such as another program for differences. */
const AS_EVERYWHERE = ["--no-index", "--no-color", "--no-ext-diff", "--no-textconv", "--unified=3"];

/**
 * The difference between two texts in the format of `git diff`, from its first hunk on; empty if they are equal.
 * @throws UserError if git is not installed
 */
export function diffTexts(before: string, after: string, env: NodeJS.ProcessEnv): string {
  const folder = mkdtempSync(join(tmpdir(), "synth-diff-"));
  try {
    const paths = [join(folder, "before"), join(folder, "after")] as const;
    writeFileSync(paths[0], before);
    writeFileSync(paths[1], after);
    const { status, out, error } = runQuickly("git", ["diff", ...AS_EVERYWHERE, ...paths], env);
    if (error?.code === "ENOENT") {
      throw new UserError("git is not on the PATH: install it, since it computes the differences");
    }
    if (error || status === undefined || status > 1)
      throw error ?? new Error(`git diff ended with ${status}`);
    return out.slice(Math.max(0, out.indexOf("\n@@") + 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A difference as folded Markdown, in a fence that none of its lines can close. */
export function inDetails(title: string, difference: string): string {
  const runs = difference.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  const shown =
    difference.length <= LONGEST
      ? difference
      : `${difference.slice(0, difference.lastIndexOf("\n", LONGEST))}\n(${difference.length - LONGEST} characters more)\n`;
  return `<details><summary>${title}</summary>\n\n${fence}diff\n${shown.trimEnd()}\n${fence}\n\n</details>\n`;
}
