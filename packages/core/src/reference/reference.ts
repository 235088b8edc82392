export { add, type Added } from "./add.ts";
export { adopt } from "./adopt.ts";
export { askForDue, sourceChanged } from "./due.ts";
export { follow, type Lost } from "./follow.ts";
