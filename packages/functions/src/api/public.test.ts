import { user } from "@tintype/core/account/table";
import { fromBytes } from "@tintype/core/kernel";
import { decodeListed } from "@tintype/core/geometry";
import * as Share from "@tintype/core/share";
import { browse, jsonOf, ORIGIN } from "@tintype/test/api";
import {
  addSecretPhoto,
  ask,
  askAll,
  everywhere,
  page,
  SECRETS,
  type SharedWorld,
  shareWorld,
  statuses,
  told,
  useLinks,
} from "@tintype/test/link";
import { fileOf } from "@tintype/test/upload";
import { quick } from "@tintype/test/share";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";

let skew = 0;
const api = useLinks({ now: () => new Date(Date.now() + skew) });
const PASSWORD = "sea and salt";

let world: SharedWorld;
let photo: string;
const system = () => api().system;

beforeAll(async () => {
  ({ world } = api());
  photo = await addSecretPhoto(system(), world.anna.id);
});

describe("a link", () => {
  it("shows its album and says what may be done, whoever else is signed in or not", async () => {
    const guest = await world.share([photo], { hideMetadata: false, allowUpload: true, uploadLimitBytes: 1000, uploadLimitCount: 3 });
    expect(await jsonOf(guest.get(`/s/${guest.token}/open`))).toEqual({
      title: "Mongolia",
      description: "",
      sharedBy: expect.stringMatching(/^Anna/u),
      expiresAt: null,
      savable: 1,
      videos: 0,
      files: 0,
      count: 1,
      bytes: 49,
      hidesMetadata: false,
      may: { download: true, downloadAll: true, originals: true, upload: true, save: false },
      left: { bytes: 1000, count: 3 },
      cover: photo,
    });
    const { ids } = decodeListed(new Uint8Array(await (await guest.get(`/s/${guest.token}/geometry`)).arrayBuffer()));
    expect(fromBytes(ids)).toBe(photo);
    const { files } = await jsonOf(ask(guest, ["POST", "downloads", { ids: [photo] }]));
    expect(await (await fetch(files[0].url)).text()).toBe(`the bytes of ${photo}`);
    const { urls } = await jsonOf(ask(guest, ["GET", `assets/${photo}`]));
    expect(urls.original).toBe(`${ORIGIN}/s/${guest.token}/assets/${photo}/original`);
    const answer = await guest.get(new URL(urls.download).pathname);
    expect([answer.status, await (await fetch(answer.headers.get("location") ?? "")).text()]).toEqual([302, `the bytes of ${photo}`]);
  });

  it("gives nothing that is not in its album, and opens nothing else of the API", async () => {
    const guest = await world.share([photo]);
    const other = await addSecretPhoto(system(), world.anna.id);
    expect((await jsonOf(ask(guest, ["POST", "items", { ids: [other, photo] }]))).id).toEqual([photo]);
    for (const path of [`assets/${other}`, `assets/${other}/original`, `assets/${other}/preview`]) {
      expect([path, (await ask(guest, ["GET", path])).status]).toEqual([path, 404]);
    }
    expect((await ask(guest, ["POST", "downloads", { ids: [other] }])).status).toBe(404);
    for (const path of ["/api/me", `/api/assets/${photo}`, "/api/links", "/api/timeline/geometry"]) {
      expect([path, (await guest.get(path)).status]).toEqual([path, 401]);
    }
  });

  it("of which only the words differ is answered alike: unknown, expired, revoked, its owner's account closed", async () => {
    const bea = await shareWorld({ ...api(), system: system() }, quick.hash);
    const hers = await addSecretPhoto(system(), bea.anna.id);
    const [gone, orphan, expired] = [await world.share([photo]), await bea.share([hers]), await world.share([photo])];
    await Share.revoke(world.anna.ctx, gone.linkId);
    await api().db.update(user).set({ disabledAt: new Date() }).where(eq(user.id, bea.anna.id));
    const past = { ...world.anna.ctx, now: () => new Date(0) };
    await Share.update(past, expired.linkId, { expiresAt: new Date(1) }, quick.hash);
    const unknown = { ...browse(api().app, ORIGIN, "10.8.0.1"), token: "A".repeat(32), linkId: "" };
    const answers: unknown[] = [];
    for (const guest of [gone, orphan, expired, unknown]) {
      expect(await statuses(guest, photo)).toEqual(everywhere(404));
      const { requestId: _, ...problem } = await jsonOf(guest.get(`/s/${guest.token}/open`));
      answers.push(problem, (await page(guest)).status, await (await page(guest)).text());
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(3);
    expect(JSON.stringify(answers)).not.toContain("Mongolia");
  });

  it("whose owner's account is closed takes nothing more of what a guest was sending", async () => {
    const bea = await shareWorld({ ...api(), system: system() }, quick.hash);
    const hers = await addSecretPhoto(system(), bea.anna.id);
    const guest = await bea.share([hers], { allowUpload: true, password: PASSWORD });
    expect((await guest.send("POST", `/s/${guest.token}/unlock`, { password: PASSWORD })).status).toBe(204);
    const files = [fileOf("of a guest")];
    const planned = (await jsonOf(ask(guest, ["POST", "uploads", { files }]))).files[0];
    expect(planned).toMatchObject({ status: "put" });
    await api().db.update(user).set({ disabledAt: new Date() }).where(eq(user.id, bea.anna.id));
    const answers = [
      await ask(guest, ["POST", "uploads", { files }]),
      await ask(guest, ["POST", "uploads/status", { ids: [planned.uploadId] }]),
      await ask(guest, ["POST", `uploads/${planned.uploadId}/complete`, {}]),
      await guest.send("DELETE", `/s/${guest.token}/uploads/${planned.uploadId}`),
      await guest.send("POST", `/s/${guest.token}/unlock`, { password: PASSWORD }),
      await ask(guest, ["GET", "feed.xml"]),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(await statuses(guest, hers)).toEqual(everywhere(404));
  });

  it("of a password is shut at every door until it is given, and then opens in this browser (Immich #29599)", async () => {
    const guest = await world.share([photo], { password: PASSWORD });
    expect(await statuses(guest, photo)).toEqual(everywhere(401));
    const html = await (await page(guest)).text();
    for (const secret of ["Mongolia", "Anna", "og:", "feed"]) expect(html).not.toContain(secret);
    const answer = await guest.send("POST", `/s/${guest.token}/unlock`, { password: PASSWORD });
    expect(answer.status).toBe(204);
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(new RegExp(`^tintype\\.unlock=.+; Path=/s/${guest.token}; .*HttpOnly; SameSite=Strict$`, "u"));
    expect((await askAll(guest, photo)).every(({ status }) => status < 400)).toBe(true);
    const stranger = { ...browse(api().app, ORIGIN, "10.8.0.2"), token: guest.token, linkId: "" };
    expect(await statuses(stranger, photo)).toEqual(everywhere(401));
  });

  it("takes no password from an address, which is kept in histories and logs (CVE-2026-25118)", async () => {
    const guest = await world.share([photo], { password: PASSWORD });
    const query = `?password=${encodeURIComponent(PASSWORD)}`;
    expect((await guest.get(`/s/${guest.token}/open${query}`)).status).toBe(401);
    expect((await guest.get(`/s/${guest.token}/unlock${query}`)).status).toBe(401);
    expect((await guest.send("POST", `/s/${guest.token}/unlock${query}`, {})).status).toBe(400);
    await guest.send("POST", `/s/${guest.token}/unlock`, { password: PASSWORD });
    expect(JSON.stringify(api().lines)).not.toContain(PASSWORD);
    expect(JSON.stringify(api().lines)).not.toContain(guest.token);
  });

  it("unlocked opens no other that has the same password (CVE-2026-22784)", async () => {
    const [one, two] = [await world.share([photo], { password: PASSWORD }), await world.share([photo], { password: PASSWORD })];
    await one.send("POST", `/s/${one.token}/unlock`, { password: PASSWORD });
    // A browser would not even send it there.
    expect((await one.get(`/s/${two.token}/open`)).status).toBe(401);
    expect((await one.get(`/s/${one.token}/open`)).status).toBe(200);
  });

  it("does not let its password be guessed at", async () => {
    const guest = await world.share([photo], { slug: "summer-2026", password: PASSWORD });
    const guesses = await Promise.all(Array.from({ length: 14 }, () => guest.send("POST", "/s/summer-2026/unlock", { password: "guess" })));
    expect(guesses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array<number>(10).fill(401),
      ...Array<number>(4).fill(429),
    ]);
    const answer = await guest.send("POST", "/s/summer-2026/unlock", { password: PASSWORD });
    expect([answer.status, Number(answer.headers.get("retry-after")) > 200]).toEqual([429, true]);
  });

  it("does not let names be tried one after the other", async () => {
    const prober = browse(api().app, ORIGIN, "10.8.0.3");
    const answers: number[] = [];
    for (let tries = 0; tries < 62; tries++) answers.push((await prober.get(`/s/holiday-${tries}/open`)).status);
    expect([answers.indexOf(429), answers.at(-1)]).toEqual([60, 429]);
  });

  it("cannot be unlocked by another site", async () => {
    const guest = await world.share([photo], { password: PASSWORD });
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await guest.send("POST", `/s/${guest.token}/unlock`, { password: PASSWORD }, headers)).status).toBe(403);
  });
});

describe("a revoked link", () => {
  it("is shut at once, and the last URLs that it gave die within ten minutes", async () => {
    const guest = await world.share([photo], { hideMetadata: false });
    const urlNow = async () => (await jsonOf(ask(guest, ["POST", "downloads", { ids: [photo] }]))).files[0].url;
    const last = await urlNow();
    expect((await fetch(last)).status).toBe(200);
    expect(new URL(last).searchParams.get("X-Amz-Expires")).toBe("600");
    skew = -600_000;
    const tenMinutesOld = await urlNow();
    const owners = system().store.sign.get({ key: new URL(last).pathname.replace("/photos/", "") });
    skew = 0;
    await Share.revoke(world.anna.ctx, guest.linkId);
    expect(await statuses(guest, photo)).toEqual(everywhere(404));
    const dead = await fetch(tenMinutesOld);
    expect([dead.status, await dead.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
    // Those of its owner live longer: it is not the clock of the test that ended them.
    expect((await fetch(owners)).status).toBe(200);
  });
});

describe("a link that hides metadata", () => {
  it("tells of it in no answer, name, feed, picture or page, before a password and after", async () => {
    for (const options of [{}, { password: PASSWORD }, { allowOriginals: false }]) {
      const guest = await world.share([photo], options, "Our journey");
      const before = [await page(guest), ...(await askAll(guest, photo))];
      if ("password" in options) await guest.send("POST", `/s/${guest.token}/unlock`, { password: PASSWORD });
      const after = await askAll(guest, photo);
      expect(after.every(({ status }) => status < 400)).toBe(true);
      const all = await told([...before, ...after]);
      for (const secret of SECRETS) expect([secret, all.includes(secret)]).toEqual([secret, false]);
    }
  });

  it("says so where it does not: then they are there", async () => {
    const guest = await world.share([photo], { hideMetadata: false });
    const all = await told(await askAll(guest, photo));
    for (const secret of ["Ulaanbaatar", "2019", "47.9", "Canary"]) expect([secret, all.includes(secret)]).toEqual([secret, true]);
  });
});

describe("the pictures of feeds and of where a link is mentioned", () => {
  it("are for the pages of others to show, unless the link has a password", async () => {
    const policies = async (options: Parameters<typeof world.share>[1]) => {
      const guest = await world.share([photo], options);
      if (options?.password) await guest.send("POST", `/s/${guest.token}/unlock`, { password: options.password });
      const answers = ["og.jpg", `assets/${photo}/preview`, `assets/${photo}/original`, "open"].map((path) => ask(guest, ["GET", path]));
      return (await Promise.all(answers)).map(({ headers }) => headers.get("cross-origin-resource-policy"));
    };
    expect(await policies({})).toEqual(["cross-origin", "cross-origin", "same-origin", "same-origin"]);
    expect(await policies({ password: PASSWORD })).toEqual(Array<string>(4).fill("same-origin"));
  });
});

describe("what a link allows", () => {
  it("keeps originals or all files in", async () => {
    const previews = await world.share([photo], { allowOriginals: false, hideMetadata: false });
    const { files } = await jsonOf(ask(previews, ["POST", "downloads", { ids: [photo] }]));
    expect(files).toMatchObject([{ name: "Ulaanbaatar.jpg", url: expect.stringContaining("/derived/") }]);
    expect((await ask(previews, ["GET", `assets/${photo}/original`])).headers.get("location")).toContain("/derived/");
    const nothing = await world.share([photo], { allowDownload: false });
    expect((await ask(nothing, ["POST", "downloads", { ids: [photo] }])).status).toBe(403);
    expect((await ask(nothing, ["GET", `assets/${photo}/original`])).status).toBe(403);
    expect((await jsonOf(ask(nothing, ["GET", `assets/${photo}`]))).urls).toMatchObject({ original: null, download: null });
  });

  it("hands nothing more out once its budget is spent, and says so", async () => {
    const guest = await world.share([photo], { hideMetadata: false, budgetBytes: 97 });
    expect((await ask(guest, ["POST", "downloads", { ids: [photo] }])).status).toBe(200);
    const answer = await ask(guest, ["POST", "downloads", { ids: [photo] }]);
    expect([answer.status, (await jsonOf(answer)).code]).toEqual([429, "over_budget"]);
    expect((await guest.get(`/s/${guest.token}/open`)).status).toBe(200);
    const link = (await Share.list(world.anna.ctx)).links.find(({ id }) => id === guest.linkId);
    expect(link).toMatchObject({ egressBytes: 49 });
  });

  it("says beforehand whether all of it may still be downloaded, however the budget changes", async () => {
    const { ctx } = world.anna;
    const guest = await world.share([photo], { hideMetadata: false, budgetBytes: 97 });
    const may = async () => (await jsonOf(guest.get(`/s/${guest.token}/open`))).may.downloadAll;
    expect(await may()).toBe(true);
    await ask(guest, ["POST", "downloads", { ids: [photo] }]);
    expect(await may()).toBe(false);
    await Share.update(ctx, guest.linkId, { budgetBytes: 98 }, quick.hash);
    expect(await may()).toBe(true);
    await Share.update(ctx, guest.linkId, { budgetBytes: null }, quick.hash);
    expect(await may()).toBe(true);
    await Share.update(ctx, guest.linkId, { allowDownload: false }, quick.hash);
    expect(await may()).toBe(false);
  });

  it("knows a browser again also inside the pages that may show it, where its address is secure", async () => {
    const seen = async (options: Parameters<typeof world.share>[1], origin: string) => {
      const { token } = await world.share([photo], options);
      const answer = await browse(api().app, origin, "10.8.0.5").get(`/s/${token}/open`);
      return answer.headers.getSetCookie().find((cookie) => cookie.startsWith("tintype.seen="));
    };
    const framed = { frameOrigins: ["https://blog.example.org"] };
    expect(await seen(framed, "https://photos.test")).toMatch(/; Secure; SameSite=None; Partitioned$/u);
    expect(await seen({}, "https://photos.test")).toMatch(/; Secure; SameSite=Lax$/u);
    expect(await seen(framed, ORIGIN)).toMatch(/; SameSite=Lax$/u);
  });

  it("counts a browser once, and keeps no address", async () => {
    const guest = await world.share([photo]);
    for (let opens = 0; opens < 3; opens++) await guest.get(`/s/${guest.token}/open`);
    await browse(api().app, ORIGIN, "10.8.0.4").get(`/s/${guest.token}/open`);
    const { links } = await Share.list(world.anna.ctx);
    expect(links.find(({ id }) => id === guest.linkId)?.views).toBe(2);
    expect(JSON.stringify(links)).not.toContain("10.8.0.4");
  });
});
