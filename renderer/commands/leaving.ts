/** Escape leads back to the graph: out of a field that takes text, and out of a drawer, which it closes. A popover it closes first. */
import { currentView } from '../canvas/view';
import { useWindowStore } from '../stores/window';
import { takesText } from './keyboard';

/** What Escape closes by itself. */
const CLOSES = '[role="dialog"], [role="menu"], [role="listbox"]';

/** Listens on the window until the function it returns is called; to begin before the commands' keys: what is open goes first. */
export function listenToEscape(): () => void {
  const view = useWindowStore();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (event.target instanceof Element && event.target.closest(CLOSES)) return;
    const popover = 'popover' in HTMLElement.prototype ? document.querySelector<HTMLElement>(':popover-open') : null;
    if (popover) {
      popover.hidePopover();
      event.preventDefault();
      return;
    }
    if (view.drawer !== null) event.preventDefault();
    else if (!takesText(event.target)) return;
    view.drawer = null;
    currentView()?.focus();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
