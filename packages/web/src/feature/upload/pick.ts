import { messageOf } from "../../lib/http.ts";
import { toast } from "../../ui/toast.tsx";
import { addList } from "./upload.ts";

/** Opens the system's dialog for files, or for a whole folder. */
export function pick(kind: "files" | "folder"): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = kind === "folder";
  input.addEventListener("change", () => {
    const { files } = input;
    if (files && files.length > 0) void addList(files).catch((error: unknown) => toast(messageOf(error)));
  });
  input.click();
}
