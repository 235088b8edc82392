export { look, type Looked } from "./look.ts";
export { isStaged, run, type Moved } from "./run.ts";
