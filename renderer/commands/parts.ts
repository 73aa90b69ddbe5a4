/** The parts of the window that F6 goes round, in the order in which the page has them: whatever has `data-part`. */

/** Of tabs only the one in view can be tabbed to. */
const FOCUSABLE = 'button:not([disabled], [tabindex="-1"]), input:not([disabled]), select, textarea, [tabindex="0"]';

/** Gives the focus to the next part, or the previous one for −1; those that are hidden or have nothing to focus are passed by. */
export function goToPart(step: 1 | -1): void {
  const parts = [...document.querySelectorAll<HTMLElement>('[data-part]')].filter((part) => part.offsetParent !== null);
  const now = parts.findIndex((part) => part.contains(document.activeElement));
  for (let turn = 1; turn <= parts.length; turn++) {
    const at = now < 0 && step < 0 ? parts.length - turn : now + step * turn;
    const part = parts[(at + 2 * parts.length) % parts.length]!;
    const target = part.matches(FOCUSABLE)
      ? part
      : [...part.querySelectorAll<HTMLElement>(FOCUSABLE)].find(({ offsetParent }) => offsetParent !== null);
    if (!target) continue;
    target.focus();
    return;
  }
}
