import {
  mdiAccountCircleOutline,
  mdiAccountMultipleOutline,
  mdiArrowLeft,
  mdiChevronRight,
  mdiCogSyncOutline,
  mdiDatabaseOutline,
  mdiHistory,
  mdiKeyOutline,
} from "@mdi/js";
import type { ComponentType } from "react";
import { Link } from "wouter";
import type { Me } from "../../lib/api.ts";
import { useTitle } from "../../lib/title.ts";
import { Icon } from "../../ui/icon.tsx";
import { NotFound } from "../shell/not-found.tsx";
import { AccountPage } from "./account-page.tsx";
import { ActivityPage } from "./activity-page.tsx";
import { DoctorPage } from "./doctor-page.tsx";
import { JobsPage } from "./jobs-page.tsx";
import { KeysPage } from "./keys-page.tsx";
import { MembersPage } from "./members-page.tsx";
import { StoragePage } from "./storage-page.tsx";
import "./settings.css";

/** A page under another one, whose id its own begins with, has no place in the list. */
type Page = { id: string; title: string; inList?: { about: string; icon: string }; forOwner: boolean; View: ComponentType<{ me: Me }> };

const PAGES: readonly Page[] = [
  {
    id: "account",
    title: "Account",
    inList: { about: "You, the ways in, the theme", icon: mdiAccountCircleOutline },
    forOwner: false,
    View: AccountPage,
  },
  { id: "keys", title: "API keys", inList: { about: "For programs of yours", icon: mdiKeyOutline }, forOwner: false, View: KeysPage },
  { id: "activity", title: "Activity", inList: { about: "Who did what", icon: mdiHistory }, forOwner: false, View: ActivityPage },
  {
    id: "members",
    title: "Members",
    inList: { about: "Who has an account here", icon: mdiAccountMultipleOutline },
    forOwner: true,
    View: MembersPage,
  },
  {
    id: "storage",
    title: "Storage",
    inList: { about: "Where your photos are", icon: mdiDatabaseOutline },
    forOwner: true,
    View: StoragePage,
  },
  { id: "storage/doctor", title: "Doctor", forOwner: true, View: DoctorPage },
  { id: "jobs", title: "Jobs", inList: { about: "What goes on, what failed", icon: mdiCogSyncOutline }, forOwner: true, View: JobsPage },
];

/**
 * The settings in two columns: the list of pages, and one of them. A phone shows one column at a time: at `/settings` the list, else the page.
 */
export function Settings({ me, page }: { me: Me; page: string | undefined }) {
  const pages = PAGES.filter(({ forOwner }) => !forOwner || me.user.role === "owner");
  const shown = pages.find(({ id }) => id === (page ?? pages[0]?.id));
  useTitle(page === undefined ? "Settings" : (shown?.title ?? "Not found"));
  if (!shown) return <NotFound />;
  const { id: at, title, View } = shown;
  const above = pages.find(({ id }) => at.startsWith(`${id}/`));
  const [Outer, Inner] = page === undefined ? (["h1", "h2"] as const) : (["p", "h1"] as const);
  return (
    <div className="settings" data-at={page === undefined ? "list" : "page"}>
      <nav className="settings-list" aria-label="Settings">
        <Outer className="settings-head">Settings</Outer>
        {pages.map(
          ({ id, title: name, inList }) =>
            inList && (
              <Link
                key={id}
                className="settings-link"
                href={`/settings/${id}`}
                aria-current={page === id ? "page" : undefined}
                data-shown={id === (above?.id ?? at)}
              >
                <Icon path={inList.icon} />
                <span className="settings-name">
                  {name}
                  <small>{inList.about}</small>
                </span>
                <Icon path={mdiChevronRight} />
              </Link>
            ),
        )}
      </nav>
      <section className="settings-page" aria-labelledby="settings-title" key={at}>
        <header className="settings-head">
          <Link
            className="icon-button settings-back"
            href={above ? `/settings/${above.id}` : "/settings"}
            aria-label={above ? above.title : "All settings"}
            data-under={above !== undefined}
          >
            <Icon path={mdiArrowLeft} size={22} />
          </Link>
          <Inner id="settings-title">{title}</Inner>
        </header>
        <View me={me} />
      </section>
    </div>
  );
}
