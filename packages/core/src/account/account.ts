export { add } from "./add.ts";
export { expire } from "./expire.ts";
export { get, handleOf, handles, type Person } from "./get.ts";
export { PASSWORD_LENGTH, WEAKNESSES, weaknessOf } from "./password.ts";
export { knownSessionSecret, sessionSecret } from "./secret.ts";
export { needsSetUp, setUp, type PasswordCheck, type PasswordHash } from "./setup.ts";
export { forgive, networkOf, throttle, tooMany, type Limit } from "./throttle.ts";
