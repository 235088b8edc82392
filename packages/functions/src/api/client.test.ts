import { browse, ORIGIN, setUpOwner, useApi } from "@tintype/test/api";
import { hc, type InferResponseType } from "hono/client";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Api } from "./app.ts";

const api = useApi();

describe("the typed client of the web app", () => {
  it("knows every route by its path, and the fields of its answers", async () => {
    const owner = await setUpOwner(api());
    const client = hc<Api>(ORIGIN, { headers: { cookie: owner.cookie() }, fetch: api().app.request });
    const me = await client.api.me.$get();
    if (!me.ok) throw new Error(`answered ${me.status}`);
    const { user, library } = await me.json();
    expectTypeOf(user.role).toEqualTypeOf<"owner" | "member">();
    expect([user.handle, library]).toEqual(["anna-muller", { assets: 0, bytes: 0, quotaBytes: null }]);

    type Items = InferResponseType<typeof client.api.timeline.items.$get, 200>;
    expectTypeOf<Items["thumb"]>().toEqualTypeOf<(string | null)[]>();
    const items = await client.api.timeline.items.$get({ query: { ranges: "24322:1:0:10" } });
    expect(await items.json()).toMatchObject({ month: [24322], stale: [true], id: [] });
  });

  it("knows problem documents by the status", async () => {
    const client = hc<Api>(ORIGIN, { fetch: api().app.request });
    const answer = await client.api.assets[":id"].$get({ param: { id: crypto.randomUUID() } });
    if (answer.status !== 401) throw new Error(`answered ${answer.status}`);
    const body = await answer.json();
    expectTypeOf(body.code).toEqualTypeOf<string>();
    expect(body.code).toBe("unauthenticated");
    expect(browse(api().app).cookie()).toBe("");
  });
});
