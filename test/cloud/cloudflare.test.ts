import { prove } from "./prove.ts";

prove("cloudflare");
