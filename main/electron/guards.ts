/**
 * What a page may not do, whatever runs in it: leave, open windows, ask for devices, embed others. Addresses are judged by
 * their parts as the URL class reads them, since a text that begins like ours can lead elsewhere.
 */
import { shell, type Session, type WebContents } from 'electron';
import { LECTURE } from '../contract/links';
import { limitNavigation } from './olderElectron';
import { isOurPage } from './protocol';

/** Copying and pasting from menus. */
const PERMISSIONS: readonly string[] = ['clipboard-sanitized-write', 'clipboard-read'];

/** The addresses that the app itself links to: nothing but these is ever handed to the system. */
const EXTERNAL: readonly string[] = [LECTURE];

/** The address to open in the user's browser; null for one that is none of the app's own links. */
export function externalAddress(url: string): string | null {
  return EXTERNAL.find((known) => known === url) ?? null;
}

export function mayUse(permission: string, url: string): boolean {
  return PERMISSIONS.includes(permission) && isOurPage(url);
}

/** Sets a session's limits. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_page, permission, decide, { requestingUrl }) => decide(mayUse(permission, requestingUrl)));
  session.setPermissionCheckHandler((_page, permission, origin) => mayUse(permission, origin));
  session.setDevicePermissionHandler(() => false);
}

/** Sets the limits of everything that shows a page, whoever made it. */
export function guardPage(page: WebContents): void {
  limitNavigation(page, isOurPage);
  page.setWindowOpenHandler(({ url }) => {
    const address = externalAddress(url);
    if (address !== null) void shell.openExternal(address);
    return { action: 'deny' };
  });
  page.on('will-attach-webview', (event) => event.preventDefault());
}
