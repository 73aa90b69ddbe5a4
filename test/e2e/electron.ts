/** The desktop app as the specs start it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from '@playwright/test';
import { appArguments } from '../../main/start/electronBinary';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Chromium's sandbox refuses to run as root; the product never asks for this. */
export const SANDBOX = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Starts the app of this checkout with settings in `home`, so that neither the user's nor another test's are there. */
export function launchElectron(binary: string, home: string, ...args: string[]): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: binary,
    args: [...appArguments(binary, ROOT), `--user-data-dir=${join(home, 'electron')}`, ...SANDBOX, ...args],
    cwd: home
  });
}

/** Answers every message box from now on with the button at `index`, as a user would who is not there. */
export function answerBoxes(app: ElectronApplication, index: number): Promise<void> {
  return app.evaluate(({ dialog }, chosen) => {
    dialog.showMessageBoxSync = () => chosen;
  }, index);
}

/** What the dialog that asks about unsaved work calls its ways out, in their order. */
export const UNSAVED = { save: 0, discard: 1, cancel: 2 } as const;
