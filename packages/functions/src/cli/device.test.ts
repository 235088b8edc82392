import { describe, expect, it } from "vitest";
import type { NodeSettings } from "../adapters/settings-node.ts";
import { device } from "./device.ts";

const s3 = { publicEndpoint: "https://s3.home.example", bucket: "pictures", region: "eu-north-1" };

async function run(...args: string[]): Promise<string> {
  const lines: string[] = [];
  // Of the settings a device needs no more than these.
  const settings = () => ({ s3, databaseUrl: "postgres://anna:any@127.0.0.1:9/nowhere" }) as NodeSettings;
  await device.run({ args, settings, print: (line) => lines.push(line) });
  return lines.join("\n");
}

/** That the commands do what they say is proved on real stores by test/homelab/device.test.ts. */
describe("tintype device add", () => {
  it("prints a new key each time, for the inbox of its user at the store of the settings", async () => {
    const [first, second] = [await run("add", "phone", "--user", "anna"), await run("add", "phone", "--user", "anna")];
    const key = (text: string) => /printf '%s\\n' (\S+) (\S+) \| mc admin user add store$/mu.exec(text)?.slice(1);
    expect(key(first)).toEqual([expect.stringMatching(/^[0-9A-F]{20}$/u), expect.stringMatching(/^[0-9a-f]{40}$/u)]);
    expect(key(first)).not.toEqual(key(second));
    expect(first).toContain('"Resource":["arn:aws:s3:::pictures/inbox/anna/*"]');
    expect(first).toContain("endpoint=https://s3.home.example region=eu-north-1");
  });

  it.each([
    ["versitygw", "versitygw admin --endpoint-url"],
    ["rustfs", "mc admin policy attach store"],
    ["seaweedfs", '"actions":["Write:pictures/inbox/anna/*"]'],
    ["ceph", "radosgw-admin user create --uid tintype-anna-phone"],
    ["aws", "aws iam put-user-policy --user-name tintype-anna-phone"],
  ])("knows how %s is told", async (store, command) => {
    const text = await run("add", "phone", "--user", "anna", "--store", store);
    expect(text).toContain(command);
    expect(text).not.toMatch(/s3:(?:Get|List|Delete)/u);
  });

  it("says of Garage that it has no key for one folder", async () => {
    await expect(run("add", "phone", "--user", "anna", "--store", "garage")).rejects.toThrow(/^Garage has keys for whole buckets only/u);
  });

  it.each([
    [["add"], /NAME is missing/u],
    [["add", "My Phone", "--user", "anna"], /NAME is missing, or has more/u],
    [["add", "phone"], /--user HANDLE is missing/u],
    [["add", "phone", "--user", "../ben"], /--user HANDLE/u],
    [["add", "phone", "--user", "*"], /--user HANDLE/u],
    [["add", "phone", "--user", "anna", "--store", "ftp"], /--store is one of minio, versitygw/u],
    [["add", "phone", "tablet", "--user", "anna"], /"tablet" is one word too many/u],
    [["remove", "phone", "--user", "anna"], /There is no "device remove"/u],
    [["add", "phone", "--user", "anna", "--endpoint", "here"], /--endpoint is no address/u],
  ])("refuses %j", async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });
});
