/**
 * Whether a template is plain text to Velocity, so that it can be sent unchanged. A `$` before a name, `{` or `!`, and
 * a `#` that starts a directive, macro call or comment make it a program; `$5` and `#fff` do not. If in doubt the
 * answer is no, because a template that AWS would run must not be sent unrun.
 * Source: https://velocity.apache.org/engine/1.7/vtl-reference.html
 */
export function isLiteralTemplate(text: string): boolean {
  return !PROGRAM.test(text);
}

const PROGRAM =
  /\$[A-Za-z_{!]|#[#*@[{]|#(?:set|if|else|end|foreach|include|parse|stop|break|evaluate|define|macro)|#[A-Za-z_][\w-]*\s*\(/;
