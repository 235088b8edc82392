import * as Asset from "@tintype/core/asset";
import * as Upload from "@tintype/core/upload";
import { expect, it } from "vitest";
import { MAX_FILES, MAX_ITEMS } from "./limit.ts";

it("asks for as much as the server gives, without having its code in the app", () => {
  expect([MAX_ITEMS, MAX_FILES]).toEqual([Asset.MAX_ITEMS, Upload.MAX_FILES]);
});
