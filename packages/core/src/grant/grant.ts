export { give, take, takeAll, type Target } from "./give.ts";
export { heldBy, members, type Member } from "./members.ts";
