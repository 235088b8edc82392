import type { Scenario } from "./run.ts";

/** One trouble at a time: how much of each, `often` for few photos, where a rare one would not come. */
export function scenarios({ often }: { often: boolean }) {
  const kills = often ? 0.02 : 0.01;
  const twice = often ? 0.1 : 0.01;
  const all: Scenario = { refused: 0.1, awayMs: 600_000, kills, twice, poison: often ? 0.01 : 0.001 };
  return {
    "nothing happens": {},
    "S3 refuses four requests of ten": { refused: 0.4 },
    "Neon refuses for ten minutes": { awayMs: 600_000 },
    [`${kills * 100} calls in a hundred are killed`]: { kills },
    [`${twice * 100} messages in a hundred come twice`]: { twice },
    [`${often ? 50 : 1} photos in a thousand are poison`]: { poison: often ? 0.05 : 0.001 },
    "other functions leave no place for two hours": { fullMs: 7_200_000 },
    "all of this happens at once": all,
  } satisfies Record<string, Scenario>;
}
