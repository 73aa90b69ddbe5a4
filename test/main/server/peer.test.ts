import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isOurUser } from '../../../main/server/peer';

const us = process.getuid?.() ?? -1;
const NOBODY = 65534;
/** A line of /proc/net/tcp. */
const line = (from: string, to: string, user: number, inode = 7): string =>
  `   1: 0100007F:${from} 0100007F:${to} 01 00000000:00000000 00:00000000 00000000 ${user}        0 ${inode} 1 0000 20 4 30 10 -1\n`;
const [ours, theirs] = ['1F90', 'C001'];
const connection = { localPort: 0x1f90, remotePort: 0xc001 };

describe.skipIf(us < 0)('the program at the other end of a connection', () => {
  it('is of our user, or of root, who may do anything', () => {
    for (const user of [us, 0]) expect(isOurUser(connection, line(ours, theirs, us) + line(theirs, ours, user))).toBe(true);
  });

  it('is of another user, or gone', () => {
    expect(isOurUser(connection, line(ours, theirs, us) + line(theirs, ours, NOBODY))).toBe(false);
    expect(isOurUser(connection, line(ours, theirs, us))).toBe(false);
    // What nobody holds any more is listed as root's.
    expect(isOurUser(connection, line(ours, theirs, us) + line(theirs, ours, 0, 0))).toBe(false);
    // Our user's connections elsewhere are not this one.
    expect(isOurUser(connection, line(ours, theirs, us) + line(theirs, '1F91', us) + line('C002', ours, us))).toBe(false);
  });

  it('is not judged where the system does not tell', () => {
    expect(isOurUser(connection, '')).toBe(true);
    expect(isOurUser(connection, line('0001', '0002', us))).toBe(true);
  });

  const program = `require('net').connect(+process.argv[1], process.argv[2]).on('data', (data) => process.stdout.write(data))`;
  /** Whether the server takes a program, run by `uid`, that connects to `host`, as its own user's. */
  async function taken(host: string, uid?: number): Promise<boolean> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, ['-e', program, String(port), host], { uid, cwd: '/', stdio: 'ignore' });
    const [socket] = (await once(server, 'connection')) as [Socket];
    const ours = isOurUser(socket);
    socket.destroy();
    child.kill();
    server.close();
    return ours;
  }

  it('is known for a real connection, over IPv4 and over IPv6', async () => {
    expect(await taken('127.0.0.1')).toBe(true);
    expect(await taken('::ffff:127.0.0.1')).toBe(true);
  });

  it.skipIf(us !== 0 || process.platform !== 'linux')('is refused for a real connection of another user (needs root)', async () => {
    expect(await taken('127.0.0.1', NOBODY)).toBe(false);
    expect(await taken('::ffff:127.0.0.1', NOBODY)).toBe(false);
  });
});
