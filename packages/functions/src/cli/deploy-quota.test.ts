import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { quotasOf, type Wanted } from "./deploy-quota.ts";

const AWS: Wanted = { edge: "aws", ingestConcurrency: 5, region: "eu-central-1", stage: "production" };
const CLOUDFLARE: Wanted = { ...AWS, edge: "cloudflare" };

const quota = (wanted: Wanted, name: string): string => quotasOf(wanted).find((one) => one.name === name)?.detail ?? "";

describe("the quota of functions that run at once", () => {
  it("suffices in a new account when nothing is set, and tells what is left for people", () => {
    expect(quota(AWS, "Lambda")).toContain("Up to 8 functions run at once (5 that take photos in, 2 that do jobs, 1 that looks hourly)");
    expect(quota(AWS, "Lambda")).toContain("which leaves 2 to answer with");
    expect(quota(CLOUDFLARE, "Lambda")).toContain("Up to 7 functions run at once (5 that take photos in, 2 that do jobs)");
    expect(quota(CLOUDFLARE, "Lambda")).toContain("which leaves 3 to answer with");
  });

  it.each([
    [6, "too few by 1 at least", "1,000"],
    [40, "too few by 35 at least", "1,000"],
    [995, "too few by 990 at least", "1,000"],
    [996, "too few by 991 at least", "1,500"],
    [1000, "too few by 995 at least", "1,500"],
  ])("is too low for %i that take photos in: it says by how much, where to raise it and to what", (ingestConcurrency, few, to) => {
    const detail = quota({ ...AWS, ingestConcurrency }, "Lambda");
    expect(detail).toContain(few);
    expect(detail).toContain(`Ask for ${to} under Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384), in eu-central-1`);
    expect(detail).toContain("or set TINTYPE_INGEST_CONCURRENCY to 5.");
  });

  it("counts what infra/ makes", async () => {
    const [ingest, config] = await Promise.all(
      ["../../infra/ingest.ts", "../../../../sst.config.ts"].map((path) => readFile(new URL(path, import.meta.url), "utf8")),
    );
    expect(ingest).toContain("maximumConcurrency: 2");
    expect(ingest).toContain("batch: { size: 5,");
    expect(config).toContain("router && { cron: createCron(serving) }");
  });
});

it("tells how much of the queue is in work", () => {
  expect(quota({ ...AWS, ingestConcurrency: 1000 }, "SQS")).toContain("5,000 messages are in work at once at most, and 120,000 may be");
});

it("tells of Neon what a stage takes, and how to have more", () => {
  expect(quota({ ...AWS, stage: "try" }, "Neon")).toContain("The stage try is one project with one branch");
  expect(quota(AWS, "Neon")).toContain("100 projects with 10 branches each");
});

it("tells of Cloudflare's free plan only where it is used", () => {
  expect(quotasOf(AWS).map(({ name }) => name)).toEqual(["Lambda", "SQS", "Neon"]);
  expect(quotasOf(CLOUDFLARE).map(({ name }) => name)).toEqual(["Lambda", "SQS", "Neon", "R2", "Workers", "Queues"]);
  for (const part of ["100,000 requests a day", "10 ms", "3 MB", "Workers Paid"]) expect(quota(CLOUDFLARE, "Workers")).toContain(part);
  expect(quota(CLOUDFLARE, "Queues")).toContain("3,333 uploads, or 1,111 files in inbox/");
});
