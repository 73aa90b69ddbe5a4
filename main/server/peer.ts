/**
 * Whose program is at the other end of a connection. Browsers send a cookie to every port of 127.0.0.1, so a server of
 * another user of this machine, which our user visits, learns it. On Linux the system knows the user of each end of a
 * connection; what it does not tell, or elsewhere, is not held against anyone.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const ROOT = 0;
/** A program may reach 127.0.0.1 through a socket of IPv6 too. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/** False where another user's program, root's excepted, or none any more is at the other end. */
export function isOurUser({ localPort, remotePort }: Pick<Socket, 'localPort' | 'remotePort'>, tables = readTables()): boolean {
  const us = process.getuid?.();
  // Where our own end is not listed, the other one's absence says nothing.
  if (us === undefined || ownerOf(tables, localPort, remotePort) === null) return true;
  const peer = ownerOf(tables, remotePort, localPort);
  return peer === us || peer === ROOT;
}

/** User of the end at port `from` of a connection to port `to`; null where there is none that a program still holds. */
function ownerOf(tables: string, from = 0, to = 0): number | null {
  const port = (number: number): string => number.toString(16).toUpperCase().padStart(4, '0');
  // Addresses with their ports, state, queues, timers, retransmissions, then user, timeout and inode: 0 for an orphan.
  const line = new RegExp(`^ *\\d+: [0-9A-F]+:${port(from)} [0-9A-F]+:${port(to)}(?: +\\S+){4} +(\\d+) +\\d+ +[1-9]`, 'm').exec(tables);
  return line && Number(line[1]);
}

function readTables(): string {
  try {
    return TABLES.map((path) => readFileSync(path, 'utf8')).join('');
  } catch {
    return '';
  }
}
