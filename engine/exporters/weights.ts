/** Parameters as a file of weights, keyed by id, float32. */
import type { Tensor } from '../base/tensors';
import { writeNpz } from '../formats/npz';
import { writeSafetensors } from '../formats/safetensors';

export function writeParameters(parameters: ReadonlyMap<string, Tensor>, format: 'safetensors' | 'npz'): Uint8Array {
  const tensors = new Map(
    [...parameters].map(([id, { shape, data }]) => [id, { dtype: 'float' as const, shape, data: Float32Array.from(data) }])
  );
  switch (format) {
    case 'safetensors':
      return writeSafetensors(tensors);
    case 'npz':
      return writeNpz(tensors);
    default:
      throw format satisfies never;
  }
}
