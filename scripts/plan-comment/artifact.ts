import { unzipSync } from "fflate";
import { UserError } from "#modules/project";
import { LONGEST_REVIEW } from "#plan-review/write/review";
import { type Github, request } from "./github";

/** A character has at most 4 bytes. The artifact also contains the plan as text. */
const LARGEST_REVIEW_BYTES = 4 * LONGEST_REVIEW;
const LARGEST_ARTIFACT_BYTES = 8 * 1024 * 1024;

const FILE = "review.md";

/** The part of an artifact's description that is read here. */
interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly expired: boolean;
}

/**
 * Reads the review that a workflow run uploaded in an artifact. Untrusted code made the artifact: sizes are bounded before
 * anything is unpacked, nothing is written to disk, and only the review is read.
 * @param run - the run's id
 * @returns undefined if the run has no such artifact: its job failed, and reports that itself
 * @throws UserError if the artifact is not one that the workflow makes
 * Source: https://docs.github.com/en/rest/actions/artifacts and, on artifacts of pull requests,
 * https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
 */
export async function readReviewOfRun(
  github: Github,
  run: string,
  artifact: string,
): Promise<string | undefined> {
  const listed = await request(github, "GET", `actions/runs/${run}/artifacts?name=${artifact}&per_page=100`);
  const { artifacts } = (await listed.json()) as { artifacts: readonly Artifact[] };
  const found = artifacts
    .filter(({ name, expired }) => name === artifact && !expired)
    .sort((one, other) => other.id - one.id)[0];
  if (found === undefined) return undefined;
  const zip = await request(github, "GET", `actions/artifacts/${found.id}/zip`);
  return unpackReview(await readBounded(zip, artifact), artifact);
}

/** Reads a body up to the limit, whatever length it declares. */
async function readBounded({ body }: Response, artifact: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > LARGEST_ARTIFACT_BYTES) throw refused(artifact, `more than ${LARGEST_ARTIFACT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unpackReview(zip: Uint8Array, artifact: string): string {
  let isOversized = false;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        if (name !== FILE) return false;
        isOversized ||= originalSize > LARGEST_REVIEW_BYTES;
        return !isOversized;
      },
    });
  } catch (cause) {
    throw refused(artifact, "a file that is not a readable zip", cause);
  }
  if (isOversized) throw refused(artifact, `a ${FILE} of more than ${LARGEST_REVIEW_BYTES} bytes`);
  const review = files[FILE];
  if (review === undefined) throw refused(artifact, `no ${FILE} in it`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(review);
  } catch (cause) {
    throw refused(artifact, `a ${FILE} that is not UTF-8`, cause);
  }
}

function refused(artifact: string, got: string, cause?: unknown): UserError {
  return new UserError(
    `artifact ${artifact}: got ${got}, expected the review of the workflow 'plan'; no comment was posted`,
    { cause },
  );
}
