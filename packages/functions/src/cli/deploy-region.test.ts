import { expect, it } from "vitest";
import { lookAtRegion } from "./deploy-region.ts";

it.each([
  ["eu-central-1", "eu-central-1, Europe (Frankfurt)"],
  ["us-east-1", "us-east-1, US East (N. Virginia)"],
])("takes %s, and says where that is", (name, detail) => {
  expect(lookAtRegion(name)).toEqual({ state: "there", detail });
});

it.each(["af-south-1", "ap-east-1", "eu-central-2", "eu-south-1", "il-central-1", "me-central-1"])(
  "says that %s is only there when it was switched on",
  (name) => {
    expect(lookAtRegion(name)).toEqual({ state: "note", detail: expect.stringContaining("switched on, in the console") });
  },
);

it.each(["eu-central-9", "us-esat-1", "ru-north-1"])("does not know %s, and says that it may be newer", (name) => {
  const { state, detail } = lookAtRegion(name);
  expect([state, detail]).toEqual(["wrong", expect.stringContaining("none of the regions that this version knows")]);
  expect(detail).toContain("If AWS has opened it since");
});

it.each(["cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"])("refuses %s, which is apart", (name) => {
  expect(lookAtRegion(name)).toEqual({ state: "wrong", detail: expect.stringContaining("cannot be deployed") });
});

it.each(["Frankfurt", "", "eu-central-1a", "aws-global", "EU-CENTRAL-1", "constructor"])(
  "says that %j is not even called like one",
  (name) => {
    expect(lookAtRegion(name)).toEqual({ state: "wrong", detail: expect.stringContaining("is no region of AWS") });
  },
);
