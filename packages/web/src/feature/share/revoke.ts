import { messageOf } from "../../lib/http.ts";
import { shareApi, type ShareLink } from "../../lib/share-api.ts";
import { toast } from "../../ui/toast.tsx";
import { question } from "../mark/bin.ts";

/** Closes a link, once that is confirmed: it is for good. */
export function revoke({ id, album }: ShareLink, after: () => Promise<void>): void {
  const close = (): void => question.set(undefined);
  question.set({
    title: `Revoke this link to “${album.title}”?`,
    text: "Whoever has it sees nothing any more, in every browser. It cannot be opened again; you can make another one.",
    label: "Revoke",
    close,
    yes: async () => {
      try {
        await shareApi.revoke(id);
        toast("The link is closed. Addresses of pictures that it gave work for ten minutes more at most.");
      } catch (error) {
        toast(messageOf(error));
      }
      close();
      await after();
    },
  });
}
