import { jsonOf, useApi } from "@tintype/test/api";
import { askedAlbum, type AskedAlbum, isPolicy, SEEN_AS, SEEN_BY, statementsOf } from "@tintype/test/statements";
import { useStore } from "@tintype/test/store";
import { beforeAll, describe, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));

let album: AskedAlbum;

beforeAll(async () => {
  album = await askedAlbum(api(), 250);
});

describe.each(SEEN_BY)("for the %s of an album", (who) => {
  it.each(SEEN_AS)("whether they may is asked once, however many photos they ask for: %s", async (what) => {
    const ask = (ids: readonly string[]) => async () => {
      const answer = await album.ask(who, what, ids);
      expect(answer.status).toBe(200);
      if (what === "items") expect((await jsonOf(answer)).id).toHaveLength(ids.length);
      if (what === "downloads") expect((await jsonOf(answer)).files).toHaveLength(ids.length);
    };
    const one = await statementsOf(api().db, ask(album.ids.slice(0, 1)));
    const many = await statementsOf(api().db, ask(album.ids));
    expect(many.filter(isPolicy)).toHaveLength(1);
    // Nor is anything else asked for each of them.
    expect(many).toEqual(one);
  });
});
