import { attack } from "../support/attack";
import { drawBody, drawTemplate } from "./templates/draw";
import { renderInSandbox, renderOnObjects } from "./templates/engines";

/** A template is a program that a stack brings along: it must not get out of its sandbox, nor keep the gateway busy. */

const TRIES = { full: 20_000, short: 300 };

/** What only an object of JavaScript prints, and what {@link drawTemplate}'s programs would compute with one. */
const OUTSIDE = /\[native code\]|=>|function|\[object |31415928/;

attack({
  area: "templates",
  what: "ways to an object of JavaScript",
  target: renderInSandbox,
  broken: renderOnObjects,
  attempt(render, { full, random, check }) {
    for (let tried = 0; tried < (full ? TRIES.full : TRIES.short); tried += 1) {
      const template = drawTemplate(random);
      const printed = render(template, drawBody(random));
      check(!OUTSIDE.test(printed), () => `${template} printed ${printed.slice(0, 100)}`);
      check(
        ({} as { polluted?: unknown }).polluted === undefined,
        () => `${template} changed Object.prototype`,
      );
      delete (Object.prototype as { polluted?: unknown }).polluted;
    }
  },
});

/** Processor time, so that a loaded machine changes nothing. */
const MOST_SECONDS = 4;

attack({
  area: "templates",
  what: "templates that do not end",
  target: renderInSandbox,
  broken: renderOnObjects,
  attempt(render, { full, random, check }) {
    for (const template of endless(full)) {
      const before = process.cpuUsage();
      const printed = render(template, drawBody(random));
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6;
      check(
        seconds < MOST_SECONDS && printed.length < 11_000_000,
        () => `${template.slice(0, 60)} took ${seconds.toFixed(1)} s and printed ${printed.length}`,
      );
    }
  },
});

function endless(full: boolean): readonly string[] {
  const short = [
    "#foreach($i in [1..1200000])xxxxxxxxxx#end",
    `#set($s = "${"a".repeat(40)}!")$s.matches("(a+)+")`,
    `${"#foreach($i in [1..1000])".repeat(4)}x${"#end".repeat(4)}`,
  ];
  const long = [
    `#set($s = "0123456789")${'#set($s = "$s$s")'.repeat(60)}$s`,
    `#set($l = [1])${"#set($i = $l.addAll($l))".repeat(60)}`,
    `${"#if(true)".repeat(20_000)}${"#end".repeat(20_000)}`,
    `#set($n = 9)${"#set($n = $n * $n)".repeat(200)}$n`,
    "#define($a)$a$a#end$a",
  ];
  return full ? [...short, ...long] : short;
}
