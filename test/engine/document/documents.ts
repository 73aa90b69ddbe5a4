/** Random documents: every part of the format, ids and keys that objects treat specially included. */
import fc from 'fast-check';
import type {
  DatasetRecord,
  DefinitionRecord,
  Document,
  FieldRecord,
  FrameRecord,
  MetricRecord,
  NodeRecord,
  NoteRecord,
  ObjectiveTerm,
  Params,
  Position,
  TrainingRecord,
  WireRecord
} from '../../../engine/document/types';

export const id = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '_', 'x'),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/)
);

/** JSON values as they are after a load: finite numbers, own keys. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom('NaN', 'Infinity', '-Infinity'),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.oneof(id, fc.string()), tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries))
  )
})).value;

const params = fc.array(fc.tuple(id, json), { maxLength: 3 }).map((entries) => Object.fromEntries(entries) as Params);
const unknowns = fc
  .array(
    fc.tuple(
      fc.oneof(id, fc.string()).map((key) => `${key}?`),
      json
    ),
    { minLength: 1, maxLength: 3 }
  )
  .map((entries) => Object.fromEntries(entries));
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 3 });

/** Leaves out the keys whose value is undefined, as the reader does. */
function compact<T extends object>(record: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

const name = fc.oneof(id, fc.string({ minLength: 1 }));
const share = fc.double({ min: 0, max: 0.4, noNaN: true });
const field = fc.oneof(
  fc.record({
    columns: fc.array(name, { minLength: 1, maxLength: 3 }),
    standardize: maybe(fc.boolean()),
    type: fc.constantFrom('number' as const, undefined),
    unknowns: maybe(unknowns)
  }),
  fc.record({ columns: name.map((column) => [column]), type: fc.constant('class' as const), unknowns: maybe(unknowns) })
);
const dataset = fc
  .record({
    source: name,
    fields: fc.uniqueArray(fc.tuple(name, field), { selector: ([key]) => key, maxLength: 3 }),
    split: maybe(fc.record({ validation: maybe(share), test: maybe(share), seed: maybe(fc.nat()), unknowns: maybe(unknowns) })),
    missing: fc.constantFrom('skip' as const, 'mean' as const, undefined),
    unknowns: maybe(unknowns)
  })
  .map(({ fields, split, ...rest }) =>
    compact<DatasetRecord>({
      ...rest,
      fields: new Map(fields.map(([key, item]) => [key, compact<FieldRecord>(item)])),
      split: split && compact(split)
    })
  );
const training = (reference: fc.Arbitrary<string>) =>
  fc
    .record({
      optimizer: maybe(
        fc.record({
          kind: fc.constantFrom('sgd' as const, 'adam' as const),
          learning_rate: fc.double({ min: 1e-9, max: 10, noNaN: true }),
          momentum: maybe(share),
          beta1: maybe(share),
          beta2: maybe(share),
          epsilon: maybe(fc.constantFrom(1e-8, 1e-300)),
          weight_decay: maybe(share),
          unknowns: maybe(unknowns)
        })
      ),
      batch_size: maybe(fc.integer({ min: 1 })),
      epochs: maybe(fc.integer({ min: 1 })),
      seed: maybe(fc.nat()),
      metrics: maybe(
        fc.array(fc.record({ kind: fc.constant('accuracy' as const), input: reference, target: reference, unknowns: maybe(unknowns) }), {
          maxLength: 2
        })
      ),
      unknowns: maybe(unknowns)
    })
    .map(({ optimizer, metrics, ...rest }) =>
      compact<TrainingRecord>({
        ...rest,
        optimizer: optimizer && compact(optimizer),
        metrics: metrics?.map((metric) => compact<MetricRecord>(metric))
      })
    );
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const size = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
const position = fc.tuple(finite, finite) as fc.Arbitrary<Position>;
const area = fc.tuple(finite, finite, size, size);
const frames = maybe(
  fc.array(
    fc.record({ title: fc.string(), area, unknowns: maybe(unknowns) }).map((frame) => compact<FrameRecord>(frame)),
    { maxLength: 2 }
  )
);
const notes = maybe(
  fc.array(
    fc.record({ text: fc.string(), area, unknowns: maybe(unknowns) }).map((note) => compact<NoteRecord>(note)),
    { maxLength: 2 }
  )
);

const node = (own: string, gate: fc.Arbitrary<string>): fc.Arbitrary<NodeRecord> =>
  fc
    .record({
      id: fc.constant(own),
      gate,
      params: maybe(params),
      bypass: maybe(fc.boolean()),
      collapsed: maybe(fc.boolean()),
      unknowns: maybe(unknowns)
    })
    .map((record) => compact<NodeRecord>(record));
const wire = (from: fc.Arbitrary<string>, to: fc.Arbitrary<string>): fc.Arbitrary<WireRecord> =>
  fc
    .record({ from, to, via: maybe(fc.array(position, { maxLength: 3 })), unknowns: maybe(unknowns) })
    .map((record) => compact<WireRecord>(record));

/** A definition without any error: wires from its inputs and nodes to its nodes. */
const definition: fc.Arbitrary<DefinitionRecord> = fc
  .tuple(fc.uniqueArray(id, { minLength: 2, maxLength: 6 }), fc.nat(6))
  .chain(([ids, cut]) => {
    const inputs = ids.slice(0, Math.min(cut, ids.length - 1));
    const inner = ids.slice(inputs.length);
    const output = fc.oneof(
      fc.constantFrom(...ids),
      fc.tuple(fc.constantFrom(...ids), id).map((parts) => parts.join('.'))
    );
    const input = fc.tuple(fc.constantFrom(...inner), id).map((parts) => parts.join('.'));
    return fc
      .record({
        inputs: fc.constant(inputs),
        outputs: fc.uniqueArray(fc.tuple(id, fc.option(output, { freq: 5 })), { selector: ([port]) => port, maxLength: 3 }),
        nodes: fc.tuple(...inner.map((own) => node(own, id))),
        wires: fc.uniqueArray(wire(output, input), {
          selector: ({ to }) => to,
          maxLength: 4
        }),
        parameters: fc.constantFrom('own' as const, 'shared' as const, undefined),
        layout: fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), position), { selector: ([key]) => key }),
        frames,
        notes,
        unknowns: maybe(unknowns)
      })
      .map(({ outputs, layout, ...rest }) =>
        compact<DefinitionRecord>({
          ...rest,
          outputs: new Map(outputs),
          layout: new Map(layout)
        })
      );
  });

/** Documents without any error: at least one node, wires between nodes, one wire an input. */
export const documents: fc.Arbitrary<Document> = fc.uniqueArray(id, { minLength: 1, maxLength: 6 }).chain((ids) => {
  const output = fc.oneof(
    fc.constantFrom(...ids),
    fc.tuple(fc.constantFrom(...ids), id).map((parts) => parts.join('.'))
  );
  const input = fc.tuple(fc.constantFrom(...ids), id).map((parts) => parts.join('.'));
  const term = fc.record({
    from: output,
    upstream: maybe(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }))),
    unknowns: maybe(unknowns)
  });
  return fc
    .record({
      name: fc.string({ unit: 'binary' }),
      nodes: fc.tuple(...ids.map((own) => node(own, fc.oneof(id, fc.string())))),
      wires: fc.uniqueArray(wire(output, input), {
        selector: ({ to }) => to,
        maxLength: 6
      }),
      objective: maybe(
        fc.oneof(
          output,
          fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.map((item) => compact<ObjectiveTerm>(item)))
        )
      ),
      weights: maybe(name),
      definitions: maybe(fc.uniqueArray(fc.tuple(id, definition), { selector: ([key]) => key, maxLength: 2 })),
      datasets: maybe(fc.uniqueArray(fc.tuple(name, dataset), { selector: ([key]) => key, maxLength: 2 })),
      training: maybe(training(output)),
      layout: fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), position), { selector: ([key]) => key }),
      frames,
      notes,
      unknowns: maybe(unknowns)
    })
    .map(({ definitions, datasets, layout, ...rest }) =>
      compact<Document>({
        ...rest,
        definitions: definitions && new Map(definitions),
        datasets: datasets && new Map(datasets),
        layout: new Map(layout)
      })
    );
});
