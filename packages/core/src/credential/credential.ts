export { create, keys, revoke } from "./key.ts";
export { bearerOf } from "./bearer.ts";
export { addPasskey, mayAddPasskey, passkeys, removePasskey, renamePasskey } from "./passkey.ts";
export { changePassword, ways } from "./password.ts";
