/** What went wrong, in a file that does not grow for ever. Nothing of it leaves the machine by itself. */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import log from 'electron-log/node';

const LARGEST = 1024 * 1024;
const OLDER = 2;
/** A page may send no longer entry. */
const ENTRY = 8_192;

export interface Log {
  /** `source` says who tells it: `page`, `server`, `app`, `engine`. */
  write(source: string, message: string): void;
  /** The last entries, the oldest first. */
  tail(lines: number): string;
}

/** Logs to `folder`/wiregrad.log, which the user alone can read; when that is full it becomes wiregrad.1.log, and so on. */
export function openLog(folder: string): Log {
  const path = join(folder, 'wiregrad.log');
  const older = (count: number): string => join(folder, `wiregrad.${count}.log`);
  const logger = log.create({ logId: path });
  logger.transports.console.level = false;
  logger.transports.file.resolvePathFn = () => path;
  logger.transports.file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  logger.transports.file.maxSize = LARGEST;
  logger.transports.file.format = '[{y}-{m}-{d} {h}:{i}:{s}.{ms}] {text}';
  logger.transports.file.archiveLogFn = () => {
    for (let count = OLDER; count > 1; count--) if (existsSync(older(count - 1))) renameSync(older(count - 1), older(count));
    renameSync(path, older(1));
  };
  return {
    write(source, message) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      } catch {
        // Where there can be no log, all else goes on.
      }
      logger.info(`${source}: ${message.slice(0, ENTRY)}`);
    },
    tail(lines) {
      try {
        return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
      } catch {
        return '';
      }
    }
  };
}

/** Logs what nobody caught, then lets `then` decide; the process goes on. The result ends that. */
export function logUncaught(log: Log, source: string, then: (error: Error) => void): () => void {
  const told = (error: unknown): void => {
    const known = error instanceof Error ? error : new Error(String(error));
    log.write(source, `uncaught: ${known.stack ?? known.message}`);
    then(known);
  };
  process.on('uncaughtException', told);
  process.on('unhandledRejection', told);
  return () => {
    process.off('uncaughtException', told);
    process.off('unhandledRejection', told);
  };
}
