export { bytesOf, copies, type Copy } from "./copy.ts";
export { askForDue } from "./due.ts";
export { make } from "./make.ts";
