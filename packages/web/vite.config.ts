import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = `http://127.0.0.1:${process.env["PORT"] ?? "3000"}`;

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": api, "/healthz": api, "/readyz": api } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    // The content security policy allows no inline script, and every target browser knows modulepreload.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One style sheet: a part of the app that is loaded later then waits for a script alone, and never comes without its style.
    cssCodeSplit: false,
  },
});
