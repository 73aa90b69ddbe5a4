// Placeholder: to be replaced by the reader of folders of images by class.
export function readImageFolder(_files: ReadonlyMap<string, () => Uint8Array>): { classes: string[]; items: { path: string; class: number }[] } {
  throw new Error('no reader yet');
}
export function readImages(_files: ReadonlyMap<string, () => Uint8Array>, _items: readonly { path: string }[], _size: { width: number; height: number; channels: 1 | 3 }): Uint8Array {
  throw new Error('no reader yet');
}
