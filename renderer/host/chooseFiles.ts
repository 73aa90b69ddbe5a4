/** Files that the user picks by the browser's own dialog, in a tab and in Electron alike. None is read here. */
import type { PickedFile } from '../../main/contract/host';

interface Choice {
  /** Without dots; default any. */
  readonly extensions?: readonly string[];
  readonly many?: boolean;
  readonly folder?: boolean;
}

/** What was chosen; nothing where the user cancels. */
export function chooseFiles({ extensions = [], many = false, folder = false }: Choice): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = extensions.map((extension) => `.${extension}`).join(',');
    input.multiple = many;
    input.webkitdirectory = folder;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

export async function pickFiles(what: 'files' | 'folder'): Promise<readonly PickedFile[]> {
  const files = await chooseFiles(what === 'folder' ? { folder: true } : { many: true });
  return files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}
