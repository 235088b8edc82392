import { mdiFolderOutline, mdiImageMultipleOutline, mdiArrowExpandUp } from "@mdi/js";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { pick } from "../upload/pick.ts";

const CHOICES = [
  { kind: "files", label: "Files", icon: mdiImageMultipleOutline },
  { kind: "folder", label: "A folder", icon: mdiFolderOutline },
] as const;

/** One dialog of the system can choose files or a folder, not both: so the button asks. */
export function UploadButton() {
  return (
    <Menu
      label="Upload"
      className="button button-outline shell-upload"
      face={
        <>
          <Icon path={mdiArrowExpandUp} />
          <span className="button-label">Upload</span>
        </>
      }
    >
      {(close) =>
        CHOICES.map(({ kind, label, icon }) => (
          <button
            key={kind}
            type="button"
            role="menuitem"
            className="menu-item"
            onClick={() => {
              close();
              pick(kind);
            }}
          >
            <Icon path={icon} />
            {label}
          </button>
        ))
      }
    </Menu>
  );
}
