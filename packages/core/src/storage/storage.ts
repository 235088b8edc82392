export {
  canPin,
  type Capabilities,
  type Check,
  CHECKS,
  DUTIES,
  type Duty,
  type Finding,
  type Outcome,
  readCapabilities,
  type SetUp,
  STORAGE_JOB,
  SWEEP_JOB,
  writeCapabilities,
} from "./capability.ts";
export { contentDisposition, fileName } from "./disposition.ts";
export { handlesIn } from "./handles.ts";
export {
  derivedKey,
  derivedPrefix,
  DERIVED,
  folderOf,
  handleFrom,
  handleOf,
  HASH_DIGITS,
  INBOX,
  INCOMING,
  incomingKey,
  LIBRARY,
  LIBRARY_END,
  WAKE_KEY,
  WORK_KEY,
  libraryKey,
  longerKey,
  lostKey,
  nameFromKey,
  PROBE,
  safeName,
  stagedParts,
  type LibraryKeyInput,
} from "./key.ts";
export type {
  Copied,
  ListedObject,
  Multipart,
  ObjectHead,
  ObjectStore,
  Part,
  PendingUpload,
  PresignedRequest,
  PresignGet,
  PresignPut,
  Signer,
  UrlLife,
} from "./port.ts";
export { headOf, isReadable, isTaken, isThere, present, removeUnchanged, unreadable } from "./readable.ts";
export { type Reach, REACH_BODY, startReach } from "./reach.ts";
export { createUrlSigner, MAX_EXPIRY, type SignOptions, type SignRequest } from "./sign.ts";
export { createSigner } from "./signer.ts";
