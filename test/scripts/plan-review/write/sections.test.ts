import fc from "fast-check";
import { joinSections, type Section } from "#plan-review/write/sections";

function section(title: string, items: number, share: number): Section {
  return {
    lead: [`### ${title}`, ""],
    items: Array.from({ length: items }, (_, index) => `- ${title} ${index} ${"x".repeat(20)}`),
    noun: ["line", "lines"],
    share,
  };
}

test("what fits is left as it is", () => {
  expect(
    joinSections(
      [{ lead: ["a", ""], items: ["- b"], tail: ["", "c"], noun: ["line", "lines"], share: 99 }],
      999,
    ),
  ).toBe("a\n\n- b\n\nc\n");
});

test("what does not fit is left out, and counted", () => {
  const text = joinSections([section("first", 100, 500), section("last", 2, 200)], 900);
  expect(text.length).toBeLessThanOrEqual(900);
  const [, shown = ""] = text.split("### ");
  const left = Number(/^\*(\d+) lines left out here/m.exec(shown)?.[1]);
  expect(left + (shown.match(/^- first/gm)?.length ?? 0)).toBe(100);
  expect(text).toContain("- last 1");
});

test("one that is left out is one line", () => {
  const short = { ...section("only", 2, 0), items: ["- a", `- ${"b".repeat(200)}`] };
  expect(joinSections([short], 150)).toContain("- a\n\n*1 line left out here");
});

test("a section that is small leaves its room to those behind it", () => {
  const [small, large] = [section("small", 1, 1_000), section("large", 100, 100)];
  expect(joinSections([small, large], 2_000)).toContain("- large 40 ");
  expect(joinSections([section("small", 100, 1_000), large], 2_000)).not.toContain("- large 40 ");
});

test("whatever the sections are, they keep to the limit where their shares do, and none is lost", () => {
  const sections = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 200, max: 2_000 })), { maxLength: 8 });
  fc.assert(
    fc.property(sections, (parts) => {
      const limit = parts.reduce((sum, [, share]) => sum + share, 0);
      const text = joinSections(
        parts.map(([items, share], index) => section(`s${index}`, items, share)),
        limit,
      );
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(text.match(/^### s/gm) ?? []).toHaveLength(parts.length);
    }),
  );
});
