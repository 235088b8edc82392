export { accept, look } from "./accept.ts";
export { invite, invites, uninvite } from "./invite.ts";
export { change, list } from "./list.ts";
export { people } from "./people.ts";
export { rename } from "./rename.ts";
