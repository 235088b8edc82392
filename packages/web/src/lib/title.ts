import { useEffect } from "react";

/** Names the page in the browser's tab and history, as long as its component says so last. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tintype`;
  }, [title]);
}
