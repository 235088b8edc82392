import { expect, it } from "vitest";
import { faultOf } from "./form.ts";
import { Problem } from "./http.ts";

it("tells what is wrong with a field in a sentence, without the name that a program knows it by", () => {
  const errors = [{ field: "frameOrigins.2", detail: "must have at most 200 characters" }];
  const error = new Problem(400, "invalid", "frameOrigins.2: must have at most 200 characters", {
    extra: { field: "frameOrigins.2", errors },
  });
  expect(faultOf(error)).toEqual({ field: "frameOrigins", message: "Must have at most 200 characters." });
});

it("tells a refusal in the words that it came with, and that of no field as one of none", () => {
  const taken = new Problem(409, "conflict", "Another link has this name already.", { extra: { field: "slug" } });
  expect(faultOf(taken)).toEqual({ field: "slug", message: "Another link has this name already." });
  expect(faultOf(new Problem(403, "forbidden", "You may not."))).toEqual({ field: "", message: "You may not." });
  expect(faultOf(new Error("a bug"))).toEqual({ field: "", message: "Something went wrong. Try again." });
});
