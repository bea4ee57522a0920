import fc from "fast-check";
import { loadModel } from "#load/load-model";
import { ALPHANUMERIC, BASE32, deriveText, LOWER_ALPHANUMERIC } from "#model/derive";
import type { Model } from "#model/model";
import { IDENTITY, load, minimalStack } from "../load/minimal-stack";

describe("deriveText", () => {
  const alphabet = fc.constantFrom(ALPHANUMERIC, BASE32, LOWER_ALPHANUMERIC);
  const name = fc.array(fc.string(), { minLength: 1, maxLength: 3 });

  test("has the length and the alphabet asked for, the same each time", () => {
    fc.assert(
      fc.property(fc.string(), name, alphabet, fc.nat(200), (seed, names, characters, length) => {
        const text = deriveText(seed, names, characters, length);
        expect(text).toHaveLength(length);
        expect([...text].every((character) => characters.includes(character))).toBe(true);
        expect(deriveText(seed, names, characters, length)).toBe(text);
      }),
    );
  });

  test("another seed or name gives another text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), name, name, (seed, otherSeed, names, otherNames) => {
        fc.pre(seed !== otherSeed || JSON.stringify(names) !== JSON.stringify(otherNames));
        const text = deriveText(seed, names, ALPHANUMERIC, 40);
        expect(deriveText(otherSeed, otherNames, ALPHANUMERIC, 40)).not.toBe(text);
      }),
    );
  });

  test("characters are equally likely", () => {
    const text = deriveText("seed", ["name"], ALPHANUMERIC, 62_000);
    const counts = [...ALPHANUMERIC].map((character) => text.split(character).length - 1);
    // Five standard deviations (about 31) around 1000.
    expect(Math.min(...counts)).toBeGreaterThan(840);
    expect(Math.max(...counts)).toBeLessThan(1160);
  });
});

describe("what AWS would assign", () => {
  const directory = `${__dirname}/../../fixtures/terraform`;
  const secrets = ({ api, apiKeys, principals }: Model) => [
    api.id,
    ...apiKeys.map(({ id, value }) => `${id} ${value}`),
    ...principals.map(({ uniqueId }) => uniqueId),
  ];

  test("is the same after a restart, whatever is added to the stack", () => {
    expect(secrets(load({ "aws_sns_topic.t": { name: "t" } }))).toEqual(secrets(load()));
  });

  test("differs with the seed", () => {
    const other = loadModel({
      terraform: minimalStack(),
      directory,
      identity: { ...IDENTITY, seed: "another seed" },
    });
    const known = secrets(load());
    expect(secrets(other).filter((value) => known.includes(value))).toEqual([]);
  });

  test("the region of the environment serves where the provider names none", () => {
    const terraform = minimalStack({ "provider.aws": { region: undefined } });
    const { region } = loadModel({ terraform, directory, identity: { ...IDENTITY, region: "eu-south-2" } });
    expect(region).toBe("eu-south-2");
  });
});
