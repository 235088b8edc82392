import "@fontsource-variable/inter/index.css";
import "./tokens.css";
import "./base.css";
import "./feature/guest/theme.ts";
import { openPage } from "./feature/guest/page.ts";

const root = document.getElementById("root");
if (!root) throw new Error("s/index.html has no #root");
openPage(root);
