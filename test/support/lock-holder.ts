import { lockFolder } from "@tintype/s3/lock";

// A process of its own that takes the lock of a folder, says how that went, and holds on: `lock-holder.ts FOLDER`.
const said = await lockFolder(process.argv[2] ?? "").then(() => "held", String);
console.log(said);
if (said === "held") setInterval(() => undefined, 60_000);
