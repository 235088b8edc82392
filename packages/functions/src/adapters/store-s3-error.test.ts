import { S3ServiceException } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { storeError } from "./store-s3-error.ts";

const said = (name: string, httpStatusCode: number, message: string) =>
  new S3ServiceException({ name, message, $fault: "server", $metadata: { httpStatusCode } });

describe("what a store says", () => {
  it.each([
    [
      "of a full disk, with a code of its own",
      said("XMinioStorageFull", 507, "Storage backend has reached its minimum free drive threshold."),
      "storage_full",
    ],
    [
      "of a full disk, in the text of another",
      said("InternalError", 500, "We encountered an internal error, please try again.: cause(no space left on device)"),
      "storage_full",
    ],
    ["of an error within", said("InternalError", 500, "We encountered an internal error, please try again."), "storage_unavailable"],
    ["when it is not asked in time", Object.assign(new Error("Request aborted"), { name: "AbortError" }), "storage_unavailable"],
  ])("%s is told by its code", (_, error, code) => {
    expect(storeError(error).code).toBe(code);
  });

  it("is told with the reason", () => {
    expect(storeError(Object.assign(new Error("Request aborted"), { name: "AbortError" })).message).toContain("no answer in time");
  });
});
