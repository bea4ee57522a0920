/**
 * A mistake that the person at the keyboard can mend. Its message is one line that says what was got, what was
 * expected and what to do; commands print it without a stack and end with exit status 2.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}
