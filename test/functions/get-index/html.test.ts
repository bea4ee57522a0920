import fc from "fast-check";
import { html } from "#functions/get-index/html";
import { character } from "../../support/character";

test.each([
  ["text is escaped", html`<p>${"<b>&\"'"}</p>`, "<p>&lt;b&gt;&amp;&quot;&#39;</p>"],
  [
    "text in an attribute cannot leave it",
    html`<a title="${'" onclick="x'}">`,
    '<a title="&quot; onclick=&quot;x">',
  ],
  ["markup of this tag is kept", html`<p>${html`<b>${"<"}</b>`}</p>`, "<p><b>&lt;</b></p>"],
  ["lists are joined, texts in them escaped", html`${[html`<i>`, "<", ["&"]]}`, "<i>&lt;&amp;"],
  ["numbers are written", html`${0}`, "0"],
  ["undefined is nothing", html`a${undefined}b`, "ab"],
  ["a text is escaped once", html`${"&amp;"}`, "&amp;amp;"],
  ["a backslash stays", html`${"\\n"}`, "\\n"],
  ["white space stays", html`${" \t\r\n"}`, " \t\r\n"],
  ["control characters show", html`${"a\u0000\u001b[2J\u0085"}`, "a\ufffd\ufffd[2J\ufffd"],
  ["overrides of the direction show", html`${"\u202egnp\u202d"}`, "\ufffdgnp\ufffd"],
  ["half a character shows", html`${"\ud83d \ude00"}`, "\ufffd \ufffd"],
  ["whole ones stay", html`${"\ud83d\ude00 \u0645\u200f"}`, "\ud83d\ude00 \u0645\u200f"],
])("%s", (_name, markup, expected) => {
  expect(markup.text).toBe(expected);
});

test("no text brings a character of markup with it", () => {
  fc.assert(
    fc.property(fc.string({ unit: character }), (text) => {
      expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
});
