export { Budget, pause, type Pause, pauseOf, providerOf, readBudget, setBudget } from "./budget.ts";
export { createMeter, flush, flushDue, type Meter } from "./meter.ts";
export { type Known, known } from "./month.ts";
