import { partition } from "@aws-sdk/core/client";

/** In which part of AWS a region is, by its name there (`aws` for the common one), and its place where the SDK lists the region. */
export type Region = { part: string; place: string | undefined };

/** Looks a region up in the list that comes with AWS's SDK; of one that is not listed the part is guessed from its name. */
export function findRegion(name: string): Region {
  const found = partition(name);
  return { part: found.name, place: "description" in found ? String(found.description) : undefined };
}
