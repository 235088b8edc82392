import type { Ctx } from "@tintype/core/kernel";
import { beforeEach } from "vitest";
import { useDatabase } from "./database.ts";
import { addPerson, systemOn } from "./person.ts";

type Anna = Awaited<ReturnType<typeof addPerson>>;

/**
 * What most tests of a domain begin with: for each test the service on a database of its own, and Anna, who has an account in it. `rest` is
 * what the service's ctx has besides. Call it once, at the top of the file or of a `describe`.
 */
export function useAnna(rest: () => Partial<Ctx> = () => ({})): { readonly system: Ctx; readonly anna: Anna } {
  const database = useDatabase();
  const here: { system?: Ctx; anna?: Anna } = {};
  beforeEach(async () => {
    here.system = systemOn(database(), rest());
    here.anna = await addPerson(here.system, "Anna");
  });
  return {
    get system() {
      return given(here.system);
    },
    get anna() {
      return given(here.anna);
    },
  };
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("ask for it inside a test");
  return value;
}
