export { dateInName, namedClock, type NamedDate } from "./file-name.ts";
export { chooseTaken, type Fallback, type Found, type Taken } from "./taken.ts";
export { fromMs, instantOf, parseOffset, parseStamp, toMs, utcMonthOf, wallClock, type Stamp, type WallClock } from "./wall-clock.ts";
export { offsetIn, localIn, zoneAt } from "./zone.ts";
