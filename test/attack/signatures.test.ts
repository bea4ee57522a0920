import { verify } from "../../scripts/sigv4/verify";
import { OPTIONS, signWithAws4 } from "../scripts/sigv4/signed-requests";
import { attack } from "../support/attack";

attack({
  area: "signatures",
  what: "one digit of the signature changed",
  target: verify,
  broken: (() => ({ accepted: true })) as unknown as typeof verify,
  attempt(verifies, { full, random, check }) {
    const signed = signWithAws4();
    for (let round = 0; round < (full ? 1000 : 100); round += 1) {
      const headers = signed.headers.map(([name, value]) => {
        if (name !== "Authorization") return [name, value] as const;
        const at = value.length - 1 - random.integer(0, 63);
        const other = random.pick([..."0123456789abcdef"].filter((digit) => digit !== value[at]));
        return [name, value.slice(0, at) + other + value.slice(at + 1)] as const;
      });
      check(!verifies({ ...signed, headers }, OPTIONS).accepted, () => JSON.stringify(headers));
    }
  },
});
