/** The picker makes the file, or empties one that was there: nothing that was not written to is left behind. */
export async function removeEmpty(target: FileSystemFileHandle): Promise<void> {
  try {
    if ((await target.getFile()).size === 0) await target.remove?.();
  } catch {
    // Moved or removed meanwhile: then there is nothing to tidy up.
  }
}

/** Asks where a zip is to be saved; undefined in a browser that cannot. Throws AbortError when the person thinks better of it. */
export async function pickFile(suggestedName: string): Promise<FileSystemFileHandle | undefined> {
  return window.showSaveFilePicker?.({
    suggestedName,
    types: [{ description: "Zip archive", accept: { "application/zip": [".zip"] } }],
  });
}

/** The part of the File System Access API that TypeScript's library does not have. */
declare global {
  // An interface, since only those merge with the library's own.
  // oxlint-disable-next-line typescript/consistent-type-definitions -- see above
  interface FileSystemFileHandle {
    remove?: () => Promise<void>;
  }
  // oxlint-disable-next-line typescript/consistent-type-definitions -- see above
  interface Window {
    showSaveFilePicker?: (options: {
      suggestedName: string;
      types: { description: string; accept: Record<string, string[]> }[];
    }) => Promise<FileSystemFileHandle>;
  }
}

/** Lets the browser download an attachment. */
export function follow(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
