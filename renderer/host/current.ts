/** The one host of this window. Set before the app is created; stores ask for it when they act. */
import type { Host } from '../../main/contract/host';

let host: Host | undefined;

export function setHost(chosen: Host): void {
  host = chosen;
}

export function useHost(): Host {
  if (!host) throw new Error('no host was set before a store asked for it');
  return host;
}
