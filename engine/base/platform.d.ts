/** The few names of the platform that the browser-safe half of the engine may use: Node and browsers both have them. */

declare const performance: { now(): number };
declare function setTimeout(callback: () => void, milliseconds?: number): unknown;
/** Node's alone. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(callback: () => void): void;

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: ArrayBufferView | ArrayBuffer): string;
}
