/** The folder of what is kept for the user outside of their files, as each system has it. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$WIREGRAD_HOME`, else the user's folder for the data of programs. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.WIREGRAD_HOME) return env.WIREGRAD_HOME;
  switch (platform) {
    case 'win32':
      return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Wiregrad');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Wiregrad');
    default:
      return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'wiregrad');
  }
}
