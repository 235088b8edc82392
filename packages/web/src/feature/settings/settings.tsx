import { mdiAccountCircleOutline, mdiArrowLeft, mdiChevronRight, mdiCogSyncOutline, mdiDatabaseOutline } from "@mdi/js";
import type { ComponentType } from "react";
import { Link } from "wouter";
import type { Me } from "../../lib/api.ts";
import { useTitle } from "../../lib/title.ts";
import { Icon } from "../../ui/icon.tsx";
import { NotFound } from "../shell/not-found.tsx";
import { AccountPage } from "./account-page.tsx";
import { JobsPage } from "./jobs-page.tsx";
import { StoragePage } from "./storage-page.tsx";
import "./settings.css";

type Page = { id: string; title: string; about: string; icon: string; forOwner: boolean; View: ComponentType<{ me: Me }> };

const PAGES: readonly Page[] = [
  {
    id: "account",
    title: "Account",
    about: "You, the theme, sign out",
    icon: mdiAccountCircleOutline,
    forOwner: false,
    View: AccountPage,
  },
  { id: "storage", title: "Storage", about: "Where your photos are", icon: mdiDatabaseOutline, forOwner: true, View: StoragePage },
  { id: "jobs", title: "Jobs", about: "What goes on, what failed", icon: mdiCogSyncOutline, forOwner: true, View: JobsPage },
];

/**
 * The settings in two columns: the list of pages, and one of them. A phone shows one column at a time: at `/settings` the list, else the page.
 */
export function Settings({ me, page }: { me: Me; page: string | undefined }) {
  const pages = PAGES.filter(({ forOwner }) => !forOwner || me.user.role === "owner");
  const shown = pages.find(({ id }) => id === (page ?? pages[0]?.id));
  useTitle(page === undefined ? "Settings" : (shown?.title ?? "Not found"));
  if (!shown) return <NotFound />;
  const { title, View } = shown;
  const [Outer, Inner] = page === undefined ? (["h1", "h2"] as const) : (["p", "h1"] as const);
  return (
    <div className="settings" data-at={page === undefined ? "list" : "page"}>
      <nav className="settings-list" aria-label="Settings">
        <Outer className="settings-head">Settings</Outer>
        {pages.map((each) => (
          <Link
            key={each.id}
            className="settings-link"
            href={`/settings/${each.id}`}
            aria-current={page === each.id ? "page" : undefined}
            data-shown={each === shown}
          >
            <Icon path={each.icon} />
            <span className="settings-name">
              {each.title}
              <small>{each.about}</small>
            </span>
            <Icon path={mdiChevronRight} />
          </Link>
        ))}
      </nav>
      <section className="settings-page" aria-labelledby="settings-title" key={shown.id}>
        <header className="settings-head">
          <Link className="icon-button settings-back" href="/settings" aria-label="All settings">
            <Icon path={mdiArrowLeft} size={22} />
          </Link>
          <Inner id="settings-title">{title}</Inner>
        </header>
        <View me={me} />
      </section>
    </div>
  );
}
