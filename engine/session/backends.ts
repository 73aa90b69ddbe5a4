/** Chooses and keeps the backends of a session: one of each kind, made when first asked for. */
import type { Precision } from '../base/dtypes';
import { EngineError } from '../base/errors';
import { BACKENDS, type BackendName } from '../base/report';
import type { Backend, BackendChoice } from '../backends/backend';
import { referenceBackend } from '../backends/reference/reference';
import { createScalarBackend, isScalar } from '../backends/scalar/scalar';
import { createWasmBackend, type WorkerSource } from '../backends/wasm/wasm';

export interface BackendOptions {
  /** Where the worker script and the kernels are; without them only `reference` can run. */
  readonly workers?: WorkerSource;
  readonly threads?: number;
}

export class Backends {
  private readonly reference = referenceBackend();
  private readonly scalar = new Map<Precision, Promise<Backend>>();
  private wasm: Promise<Backend> | undefined;

  constructor(readonly options: BackendOptions = {}) {}

  /**
   * The backend asked for, or the fastest of `precision` (default float32, but that of the backend where that is named):
   * `scalar` for graphs of single numbers, else `wasm`; `reference` in float64. Throws EngineError `unknown-backend`,
   * `precision` for float64 on `wasm`, `no-kernels` where they are not built.
   */
  choice(name?: BackendName, precision?: Precision): BackendChoice {
    if (name !== undefined && !BACKENDS.includes(name)) {
      throw new EngineError({
        code: 'unknown-backend',
        message: `there is no backend ${String(name)}`,
        hint: `choose ${BACKENDS.join(', ')}`
      });
    }
    if (name === 'wasm' && precision === 'float64') {
      throw new EngineError({
        code: 'precision',
        message: 'the wasm backend computes in float32',
        hint: 'choose the reference backend for float64'
      });
    }
    const { workers } = this.options;
    const needsKernels = name === 'wasm' || name === 'scalar';
    if (needsKernels && !workers)
      throw new EngineError({
        code: 'no-kernels',
        message: `the kernels of the ${name} backend are not built`,
        hint: 'run npm run build, or choose the reference backend'
      });
    if (!workers || name === 'reference' || (precision === 'float64' && !needsKernels)) {
      return { fuses: false, for: () => Promise.resolve(this.reference) };
    }
    return {
      fuses: true,
      for: (plans) =>
        name === 'scalar' || (name === undefined && plans.every(isScalar)) ? this.single(workers, precision) : this.tensors(workers)
    };
  }

  private single(workers: WorkerSource, precision: Precision = 'float32'): Promise<Backend> {
    let made = this.scalar.get(precision);
    if (!made) this.scalar.set(precision, (made = createScalarBackend({ kernels: workers.kernels, precision })));
    return made;
  }

  private tensors(workers: WorkerSource): Promise<Backend> {
    const { threads } = this.options;
    return (this.wasm ??= createWasmBackend({ workers, ...(threads !== undefined && { threads }) }));
  }

  /** Forgets a backend whose threads died, so that the next run starts anew. */
  drop(): void {
    const dead = this.wasm;
    this.wasm = undefined;
    void dead?.then(
      (backend) => backend.dispose(),
      () => undefined
    );
  }

  dispose(): void {
    this.drop();
  }
}
