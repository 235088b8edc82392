import { expect, it } from "vitest";
import { providerAt } from "./list.ts";

it.each([
  ["media at https://s3.eu-central-1.amazonaws.com", "aws"],
  ["https://media.s3.amazonaws.com/", "aws"],
  ["media at https://s3.cn-north-1.amazonaws.com.cn", "aws"],
  ["media at https://0123456789abcdef.r2.cloudflarestorage.com", "cloudflare"],
  ["photos at http://minio:9000", "own"],
  ["photos at http://127.0.0.1:3001", "own"],
  ["amazonaws.com at https://store.example.org", "own"],
  ["photos at https://amazonaws.com.example.org", "own"],
  ["photos at https://notamazonaws.com", "own"],
  ["", "own"],
])("the store %j is %s's", (place, provider) => {
  expect(providerAt(place)).toBe(provider);
});
