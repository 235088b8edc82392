import { derivative, metadata, type Step } from "@tintype/core/media";

/** What ingest does with every file, in this order. A new kind of knowledge is one line here. */
export const STEPS: readonly Step[] = [metadata, derivative];
