import { mdiFolderOutline, mdiImageMultipleOutline, mdiArrowExpandUp } from "@mdi/js";
import { Icon } from "../../ui/icon.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
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
          <MenuItem key={kind} close={close} onPick={() => pick(kind)}>
            <Icon path={icon} />
            {label}
          </MenuItem>
        ))
      }
    </Menu>
  );
}
