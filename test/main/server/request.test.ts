import { describe, expect, it } from 'vitest';
import { ENGINE_PATH } from '../../../main/contract/channel';
import { LIMITS } from '../../../main/server/limits';
import { malformed, type Asked } from '../../../main/server/request';

const right: Asked = { method: 'GET', url: '/', headers: {}, rawHeaders: [] };
const socket: Asked = { ...right, url: ENGINE_PATH, headers: { upgrade: 'WebSocket', 'sec-websocket-version': '13' } };
const status = (request: Asked, upgrade = false): number | null => {
  const verdict = malformed(request, upgrade);
  return verdict?.kind === 'refused' ? verdict.status : null;
};

describe('a request', () => {
  it('may ask for a path of this server, and for a socket', () => {
    expect(status(right)).toBeNull();
    expect(status({ ...right, method: 'HEAD', headers: { 'content-length': '0' } })).toBeNull();
    expect(status(socket, true)).toBeNull();
  });

  it('changes nothing and brings nothing', () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'get', undefined])
      expect([method, status({ ...right, method })]).toEqual([method, 405]);
    for (const headers of [{ 'content-length': '1' }, { 'content-length': '00' }, { 'transfer-encoding': 'identity' }])
      expect(status({ ...right, headers })).toBe(413);
    expect(status({ ...right, headers: { expect: '100-continue' } })).toBe(417);
  });

  it('is not one for a proxy', () => {
    for (const url of ['http://127.0.0.1/', '*', '', undefined]) expect([url, status({ ...right, url })]).toEqual([url, 400]);
  });

  it('has every header that decides once, and no more headers than a browser sends', () => {
    for (const name of ['Host', 'hOST', 'Cookie', 'Origin'])
      expect(status({ ...right, rawHeaders: [name, 'a', 'x', 'y', name.toLowerCase(), 'a'] })).toBe(400);
    expect(status({ ...right, rawHeaders: ['x', 'Host', 'y', 'Host', 'host', 'a'] })).toBeNull();
    const many = (count: number): string[] => Array.from({ length: 2 * count }, (_, at) => `x${at}`);
    expect(status({ ...right, rawHeaders: many(LIMITS.headers) })).toBeNull();
    expect(status({ ...right, rawHeaders: many(LIMITS.headers + 1) })).toBe(431);
  });

  it('for a socket is of the one kind that there is', () => {
    expect(status({ ...socket, method: 'HEAD' }, true)).toBe(405);
    for (const url of ['/', `${ENGINE_PATH}/`, `${ENGINE_PATH}?token=x`, '/other']) expect(status({ ...socket, url }, true)).toBe(404);
    expect(status({ ...socket, headers: { ...socket.headers, upgrade: 'h2c' } }, true)).toBe(400);
    expect(status({ ...socket, headers: { ...socket.headers, 'sec-websocket-version': '8' } }, true)).toBe(426);
    expect(status({ ...socket, headers: { ...socket.headers, 'sec-websocket-protocol': 'x' } }, true)).toBe(400);
  });
});
