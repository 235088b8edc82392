import "@fontsource-variable/inter/index.css";
import "./tokens.css";
import "./base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { loadSession } from "./feature/account/session.ts";
import "./feature/shell/theme.ts";
import "./feature/storage/way.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

void loadSession();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
