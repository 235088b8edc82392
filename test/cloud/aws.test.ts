import { prove } from "./prove.ts";

prove("aws");
