export { type Check } from "./check.ts";
export { diagnose, type Diagnosis } from "./diagnosis.ts";
export { examine, type Observe } from "./examine.ts";
export { type Finding, type FindingCode, FINDINGS } from "./finding.ts";
export { type BrowserTrial, type Look, type Observations, type Reply, type Silence } from "./observation.ts";
