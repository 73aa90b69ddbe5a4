/**
 * The clipboard carries `.wiregrad` text: between windows, and to and from any editor. The browser's own events do the
 * work, since they need no permission; what a menu or another key asks for is led to them where that is possible.
 */
import { removeAnnotations, removeNodes, type Position } from '@wiregrad/engine';
import { insert, middleOf, readFragment, selectionText } from '../canvas/copying';
import { currentView } from '../canvas/view';
import { useDocumentStore } from '../stores/document';
import { useNoticesStore } from '../stores/notices';
import { useSelectionStore } from '../stores/selection';
import { keysBelongElsewhere } from './keyboard';

/** Pasted once more at one place, copies do not hide each other. */
const STAIR = 36;
let last: { readonly text: string; readonly at: Position; readonly times: number } | null = null;

/** Removes what is selected, or was. */
export function removeSelection(
  label: string,
  { nodes, annotations }: Pick<ReturnType<typeof useSelectionStore>, 'nodes' | 'annotations'> = useSelectionStore()
): void {
  useDocumentStore().apply(label, (document) => removeAnnotations(removeNodes(document, nodes), annotations));
}

/** Puts the graph in a text at the pointer; says so where there is none. */
export function pasteText(text: string, connected: boolean): void {
  const fragment = readFragment(text);
  if (!fragment) {
    useNoticesStore().problem('The clipboard holds no gates: copy some first, or the text of a .wiregrad file');
    return;
  }
  const at = (currentView()?.pointer() ?? [0, 0]).map(Math.round) as [number, number];
  const times = last && last.text === text && last.at[0] === at[0] && last.at[1] === at[1] ? last.times + 1 : 0;
  last = { text, at, times };
  const [x, y] = middleOf(fragment);
  const shift: Position = [Math.round(at[0] - x) + times * STAIR, Math.round(at[1] - y) + times * STAIR];
  insert(fragment, { label: 'paste', shift, connected });
}

/** What a menu does where keys would have made the browser do it. */
export async function askForTransfer(kind: 'copy' | 'cut'): Promise<void> {
  const text = selectionText();
  if (text === null) return;
  const { nodes, annotations } = useSelectionStore();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    useNoticesStore().problem(
      `The browser does not let the clipboard be written from here: press Ctrl+${kind === 'cut' ? 'X' : 'C'} (⌘ on a Mac)`
    );
    return;
  }
  if (kind === 'cut') removeSelection('cut', { nodes, annotations });
}

/** A browser may refuse, or ask the user, whenever a page wants to read the clipboard by itself. */
export async function askForPaste(connected: boolean): Promise<void> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    useNoticesStore().problem('The browser does not let the clipboard be read from here: press Ctrl+V (⌘V on a Mac) over the canvas');
    return;
  }
  pasteText(text, connected);
}

/** Listens to the browser's clipboard events until the function that it returns is called. */
export function listenToClipboard(): () => void {
  const listening = new AbortController();
  const isOurs = (event: ClipboardEvent): boolean =>
    !event.defaultPrevented &&
    event.clipboardData !== null &&
    !keysBelongElsewhere(event.target) &&
    (event.type === 'paste' || !document.getSelection()?.toString());
  const transfer = (event: ClipboardEvent): void => {
    const text = isOurs(event) ? selectionText() : null;
    if (text === null) return;
    event.clipboardData!.setData('text/plain', text);
    event.preventDefault();
    if (event.type === 'cut') removeSelection('cut');
  };
  const { signal } = listening;
  document.addEventListener('copy', transfer, { signal });
  document.addEventListener('cut', transfer, { signal });
  document.addEventListener(
    'paste',
    (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      pasteText(event.clipboardData!.getData('text/plain'), false);
    },
    { signal }
  );
  return () => listening.abort();
}
