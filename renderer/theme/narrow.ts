/** Whether the window is too narrow for panels beside the canvas, as it is at 200 % zoom. */
import { useWindowStore } from '../stores/window';

/** Styles have the same width in their media queries. */
const NARROW = '(max-width: 899px)';

/** Follows the window's width until the function it returns is called. A window that becomes narrow has no drawer open. */
export function followWidth(): () => void {
  const view = useWindowStore();
  const query = window.matchMedia(NARROW);
  const follow = (): void => {
    view.narrow = query.matches;
    view.drawer = null;
  };
  follow();
  query.addEventListener('change', follow);
  return () => query.removeEventListener('change', follow);
}
