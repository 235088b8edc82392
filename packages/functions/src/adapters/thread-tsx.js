// Where worker threads and child processes start when they run from TypeScript sources: Node 20 does not hand `--import tsx` down to threads.
import { register } from "tsx/esm/api";

register();
await import(process.argv[2] ?? "");
