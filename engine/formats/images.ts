// Placeholder: to be replaced by the decoder of PNG, JPEG and netpbm.
export function decodeImage(_bytes: Uint8Array, _name: string): { width: number; height: number } {
  throw new Error('no decoder yet');
}
