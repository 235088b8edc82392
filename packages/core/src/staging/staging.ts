export { jobsOf, restsAt } from "./hint.ts";
export { look, type Looked } from "./look.ts";
export { news } from "./news.ts";
export { isStaged, run, type Moved } from "./run.ts";
