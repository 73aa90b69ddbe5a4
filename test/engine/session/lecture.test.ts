/** The lecture's examples with PyTorch's numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTensor, type Tensor, type TensorJson } from '../../../engine/base/tensors';
import { documentOf } from '../documentOf';
import { Backends } from '../../../engine/session/backends';
import { execute } from '../../../engine/session/execute';

interface Example {
  readonly note: string;
  readonly document: { readonly name: string };
  readonly values: Record<string, TensorJson>;
  readonly gradients: Record<string, TensorJson>;
  readonly jacobian?: { of: string; wrt: string; value: TensorJson };
  readonly hvp?: { vector: Record<string, TensorJson>; product: Record<string, TensorJson> };
  readonly jvp?: { tangent: Record<string, TensorJson>; value: TensorJson };
}
const { examples } = JSON.parse(readFileSync(new URL('../../golden/lecture.json', import.meta.url), 'utf8')) as { examples: Example[] };

function tensor(json: TensorJson): Tensor {
  const read = readTensor(json);
  if (typeof read === 'string') throw new Error(read);
  return read;
}
const tensors = (record: Record<string, TensorJson>) => new Map(Object.entries(record).map(([id, json]) => [id, tensor(json)]));

/** The references are printed to 16 digits; 1e-7 is far above float64's rounding in graphs of this size. */
function expectClose(found: Tensor | undefined, json: TensorJson, name: string): void {
  const wanted = tensor(json);
  expect(found?.shape, name).toEqual(wanted.shape);
  wanted.data.forEach((value, index) =>
    expect(Math.abs(found!.data[index]! - value), `${name}[${index}]`).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(value)))
  );
}

describe.each(examples.map((example) => [example.document.name, example] as const))('%s', (_, example) => {
  const backends = new Backends();
  const document = documentOf(example.document);

  it('has the lecture’s values and gradients', async () => {
    const { values, gradients } = await execute(document, { backends, precision: 'float64', backward: true });
    for (const [name, json] of Object.entries(example.values)) expectClose(values.get(name), json, `value ${name}`);
    for (const [name, json] of Object.entries(example.gradients)) expectClose(gradients.get(name), json, `gradient ${name}`);
  });

  if (example.jacobian)
    it('has its Jacobian', async () => {
      const { of, wrt, value } = example.jacobian!;
      expectClose((await execute(document, { backends, precision: 'float64', jacobian: { of, wrt } })).jacobian, value, 'jacobian');
    });

  if (example.hvp)
    it('has its Hessian-vector product', async () => {
      const { hvp } = await execute(document, { backends, precision: 'float64', vector: tensors(example.hvp!.vector) });
      for (const [name, json] of Object.entries(example.hvp!.product)) expectClose(hvp?.get(name), json, `hvp ${name}`);
    });

  if (example.jvp)
    it('has its tangent', async () => {
      const { jvp } = await execute(document, { backends, precision: 'float64', tangents: tensors(example.jvp!.tangent) });
      expectClose(jvp as Tensor, example.jvp!.value, 'jvp');
    });
});
