/** All that is kept for the user, as the calls that a page may make. Each page has calls of its own: its drafts are its. */
import { homedir, release, totalmem, userInfo, availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { KeepingCalls } from '../contract/keeping';
import { Drafts } from './drafts';
import { openLog, type Log } from './log';
import { SettingsFile } from './settingsFile';
import { Versions } from './versions';

const TAIL = 50;

export interface Keeping {
  readonly versions: Versions;
  readonly log: Log;
  /** Calls for one page; `leave` when it is gone. */
  join(): KeepingCalls & { leave(): void };
  dispose(): void;
}

/** Keeps everything in `folder`. `program` is what a report says of the running program, such as its name and version. */
export function openKeeping(folder: string, program: string): Keeping {
  const drafts = new Drafts(join(folder, 'drafts'));
  const versions = new Versions(join(folder, 'versions'));
  const settings = new SettingsFile(join(folder, 'settings.json'));
  const log = openLog(join(folder, 'logs'));
  return {
    versions,
    log,
    join() {
      const keys = new Set<string>();
      return {
        async keepDraft(draft) {
          await drafts.keep(draft);
          keys.add(draft.key);
        },
        async dropDraft(key) {
          await drafts.drop(key);
          keys.delete(key);
        },
        leftDrafts: () => drafts.left(),
        keepVersion: (name, bytes) => versions.keep(name, bytes),
        versions: (name) => versions.list(name),
        version: (name, id) => versions.read(name, id),
        readSettings: () => settings.read(),
        writeSettings: (changes) => settings.write(changes),
        log: async (message) => log.write('page', String(message)),
        report: async () => report(program, log),
        leave: () => drafts.leave(keys)
      };
    },
    dispose: () => drafts.dispose()
  };
}

/** Text for people, without the names of the user and of their home folder. */
function report(program: string, log: Log): string {
  const { versions, platform, arch } = process;
  const runtime = ['electron', 'chrome', 'node', 'v8'].flatMap((name) => (versions[name] ? [`${name} ${versions[name]}`] : []));
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB of memory, ${availableParallelism?.() ?? '?'} threads`;
  const lines = [program, `${platform} ${release()} ${arch}, ${memory}`, runtime.join(', '), '', `The last ${TAIL} lines of the log:`];
  return withoutNames([...lines, log.tail(TAIL) || '(none)'].join('\n'));
}

function withoutNames(text: string): string {
  const { username } = userInfo();
  const named = new RegExp(`\\b${username.replace(/[^\w]/g, '\\$&')}\\b`, 'g');
  const homeless = text.replaceAll(homedir(), '~');
  return username.length > 2 ? homeless.replace(named, 'user') : homeless;
}
