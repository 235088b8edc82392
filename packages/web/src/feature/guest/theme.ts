import { memory } from "../../lib/memory.ts";

/** The theme that was chosen in the app in this browser, if there was; guests have the system's. */
const system = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  const choice = memory.getItem("tintype.theme");
  const dark = choice === "dark" || (choice !== "light" && system.matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", dark ? "#101214" : "#ffffff");
}

apply();
system.addEventListener("change", apply);
