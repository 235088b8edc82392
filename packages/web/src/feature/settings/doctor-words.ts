import type { Diagnosis } from "../../lib/api.ts";
import type { Examination } from "./doctor.ts";

/** A heading and a sentence. */
type Words = { title: string; text: string };

/** How far the examination is, or what came of it. */
export function wordsOf(examination: Examination): Words {
  switch (examination.step) {
    case "browser":
      return { title: "Examining", text: "This browser tries how it reaches the store." };
    case "server":
      return { title: "Examining", text: "Tintype tries its store and its database. This may take half a minute." };
    case "old":
      return {
        title: "This page is older than the settings",
        text: "It came with another address of the store, and may go nowhere else. If loading it again does not help, a proxy changes the Content-Security-Policy of Tintype's pages.",
      };
    case "nothing":
      return { title: "Nothing to examine", text: examination.message };
    case "failed":
      return { title: "No answer", text: examination.message };
    case "done":
      return verdict(examination);
  }
}

function verdict({ findings, checks }: Diagnosis): Words {
  if (findings.length === 1) return { title: "One thing is wrong", text: "This is what was found, and what mends it." };
  if (findings.length > 1) {
    return {
      title: `${findings.length} things are wrong`,
      text: "This is what was found, the most likely cause first, and what mends it.",
    };
  }
  if (checks.some(({ state }) => state === "failed")) {
    return { title: "Something failed", text: "The cause could not be told. What was tried is listed below." };
  }
  return { title: "All is well", text: "This browser, Tintype, its store and its database reach each other, and what was tried works." };
}

/** How a check ended, where it did not end well, for whoever does not see its icon. */
export function checkWord({ state }: Pick<Diagnosis["checks"][number], "state">): string {
  return { ok: "", failed: "Failed: ", unknown: "Not known: " }[state];
}
