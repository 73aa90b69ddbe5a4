import type { Shape } from './shapes';

/**
 * `float` is whichever float the run computes in (float32 or float64); a document's "float32" means it.
 * `int32` holds classes and indices.
 */
export type Dtype = 'float' | 'int32';

/** The arithmetic of one run. */
export type Precision = 'float32' | 'float64';

/** What is known of a value before it is computed. */
export interface Type {
  readonly dtype: Dtype;
  readonly shape: Shape;
}

export type FloatArray = Float32Array | Float64Array;
export type NumberArray = FloatArray | Int32Array;
