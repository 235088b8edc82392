import { mdiThemeLightDark, mdiWeatherNight, mdiWhiteBalanceSunny } from "@mdi/js";
import { memory } from "../../lib/memory.ts";
import { createStore } from "../../lib/store.ts";

export type Theme = "system" | "light" | "dark";

export const THEMES: readonly { value: Theme; label: string; icon: string }[] = [
  { value: "system", label: "System", icon: mdiThemeLightDark },
  { value: "light", label: "Light", icon: mdiWhiteBalanceSunny },
  { value: "dark", label: "Dark", icon: mdiWeatherNight },
];

const KEY = "tintype.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** The chosen theme; `public/theme.js` has applied it before the first paint, this keeps it applied. */
export const theme = createStore<Theme>(read());

theme.subscribe(() => {
  const choice = theme.get();
  if (choice === "system") memory.removeItem(KEY);
  else memory.setItem(KEY, choice);
  apply();
});
system.addEventListener("change", apply);

function read(): Theme {
  const stored = memory.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

function apply(): void {
  const choice = theme.get();
  const dark = choice === "system" ? system.matches : choice === "dark";
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", dark ? "#101214" : "#ffffff");
}
