import { count, type Markdown } from "./markdown";

/** A part of a review. Its items can be left out where there are too many; all else is short and stays. */
export interface Section {
  readonly lead: readonly Markdown[];
  /** Table rows, or lines. */
  readonly items: readonly Markdown[];
  readonly tail?: readonly Markdown[];
  /** What an item is: `["route", "routes"]`. */
  readonly noun: readonly [singular: string, plural: string];
  /** How many characters it gets before the sections behind it, where there is not enough for all. */
  readonly share: number;
}

/**
 * Joins sections into one text of limited length. Where not all fits, each section is sure of its share, what one leaves
 * over goes to those behind it, and a sentence says how many items are left out.
 * @param limit - characters, which the shares and the fixed parts must not exceed
 */
export function joinSections(sections: readonly Section[], limit: number): Markdown {
  let room = limit;
  return sections
    .map((section, index) => {
      const reserved = sections
        .slice(index + 1)
        .reduce((sum, each) => sum + Math.min(size(each), each.share), 0);
      const text = fitInto(section, room - reserved);
      room -= text.length;
      return text;
    })
    .join("")
    .replace(/\n+$/, "\n");
}

function size(section: Section): number {
  return render(section, section.items).length;
}

function fitInto(section: Section, room: number): Markdown {
  const whole = render(section, section.items);
  if (whole.length <= room) return whole;
  let left = room - render(section, [], section.items.length).length;
  const fitting = section.items.findIndex((item) => {
    left -= item.length + 1;
    return left < 0;
  });
  return render(section, section.items.slice(0, fitting), section.items.length - fitting);
}

function render({ lead, tail = [], noun }: Section, shown: readonly Markdown[], leftOut = 0): Markdown {
  const sentence =
    leftOut === 0
      ? []
      : [
          "",
          `*${count(leftOut, ...noun)} left out here: a review is short enough for a comment. The plan has all.*`,
        ];
  return `${[...lead, ...shown, ...tail, ...sentence].join("\n")}\n\n`;
}
