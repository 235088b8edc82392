export { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
export { allow, may, isUnlocked, SCOPES, userOf, type Permission, type Role, type Scope, type Target } from "./access.ts";
export { together, transact, type Actor, type Ctx, type LinkActor, type Log, type UserActor } from "./ctx.ts";
export { isUniqueViolation, type Database } from "./database.ts";
export { AppError, isOutage, jsonIn, undefinedWhen, type Code } from "./error.ts";
export { fromBytes, newId, toBytes } from "./id.ts";
export { GUARD, type Job, LOOK, type NewJob, type Queue, TIDY, WAKE } from "./queue.ts";
export { isSecret, newSecret, sha256Of } from "./secret.ts";
export { keepFor, rememberFor, within } from "./time.ts";
