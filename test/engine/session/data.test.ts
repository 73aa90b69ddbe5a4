/** Data, predictions and weights as the app asks a session for them. */
import { afterEach, describe, expect, it } from 'vitest';
import { serializeDocument } from '../../../engine/document/serialize';
import type { DatasetRecord, Document } from '../../../engine/document/types';
import { writeSafetensors } from '../../../engine/formats/safetensors';
import type { WholeTensor } from '../../../engine/session/messages';
import { Session } from '../../../engine/session/session';
import { text } from '../data/rows';
import { refused } from '../formats/refused';
import { draw } from '../lower/draw';

const sessions: Session[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));
function open(): Session {
  const session = new Session({ onTrainProgress: () => undefined });
  sessions.push(session);
  return session;
}

/** Scores x·w + b of two columns, for two kinds. */
function classifier(source: string, record: Partial<DatasetRecord> = {}): string {
  const document: Document = draw(
    [
      ['x', 'data', { dataset: 'd', field: 'x', shape: [2] }],
      ['y', 'data', { dataset: 'd', field: 'y', shape: [], dtype: 'int32' }],
      [
        'w',
        'parameter',
        {
          value: [
            [1, -1],
            [0, 2]
          ]
        }
      ],
      ['b', 'parameter', { value: [0.5, 0] }],
      ['s', 'linear'],
      ['loss', 'cross_entropy']
    ],
    'x>s.x w>s.weight b>s.bias s>loss.input y>loss.target',
    {
      objective: 'loss',
      datasets: new Map([
        [
          'd',
          {
            source,
            fields: new Map([
              ['x', { columns: ['u', 'v'], standardize: true }],
              ['y', { columns: ['kind'], type: 'class' }]
            ]),
            split: { test: 0.25 },
            ...record
          } as DatasetRecord
        ]
      ]),
      training: { metrics: [{ kind: 'accuracy', input: 's', target: 'y' }], epochs: 3 }
    }
  );
  return serializeDocument(document);
}
const CSV = text(
  `u,v,kind\n${Array.from({ length: 16 }, (_, row) => `${row},${(row * 7) % 5},${row % 3 === 0 ? 'pear' : 'fig'}`).join('\n')}\n`
);
const tensor = (shape: number[], data: number[]): WholeTensor => ({ dtype: 'float', shape, data: Float64Array.from(data) });

describe('a data set of the document', () => {
  it('is described as its record makes it', async () => {
    const session = open();
    await session.openData('d.csv', CSV);
    expect(await session.describeDataset(classifier('d.csv'), 'd')).toEqual({
      rows: 16,
      skipped: 0,
      parts: { train: 12, validation: 0, test: 4 },
      fields: new Map<string, unknown>([
        ['x', { shape: [2] }],
        ['y', { shape: [], classes: ['fig', 'pear'] }]
      ])
    });
    expect((await refused(() => session.describeDataset(classifier('d.csv'), 'e'))).code).toBe('unknown-dataset');
  });

  it('is read anew when its source is given anew, in pieces too', async () => {
    const session = open();
    await session.openData('d.csv', CSV);
    await session.describeDataset(classifier('d.csv'), 'd');
    await session.giveData({ source: 'd.csv', at: 0, first: true, bytes: text('u,v,kind\n1,2,') });
    await session.giveData({ source: 'd.csv', at: 13, bytes: text('fig\n3,4,pear\n') });
    expect((await session.describeData('d.csv')).rows).toBe(2);
    expect((await session.describeDataset(classifier('d.csv'), 'd')).rows).toBe(2);
  });

  it('whose rows are of another size than a data gate says is told with the size that fits', async () => {
    const session = open();
    await session.openData('d.npy.csv', CSV);
    const wrong = classifier('d.csv', {
      fields: new Map([
        ['x', { columns: ['u', 'kind'], one_hot: ['kind'] }],
        ['y', { columns: ['kind'], type: 'class' }]
      ])
    });
    await session.openData('d.csv', CSV);
    const { code, message } = await refused(() => session.run({ document: wrong, revision: 0, backward: false }));
    expect(code).toBe('row-shape');
    expect(message).toContain('a row of field x of data set d is [3], 3 numbers, and shape [2] holds 2; set shape to [3]');
  });
});

describe('a prediction', () => {
  it('of rows as the file has them is scaled as training was, with the probability of each class', async () => {
    const session = open();
    await session.openData('d.csv', CSV);
    const document = classifier('d.csv');
    const { output, values, classes, probabilities } = await session.predict({
      document,
      inputs: new Map([['d.x', tensor([2, 2], [3, 1, 5, 0])]])
    });
    expect([output, classes, values.shape, probabilities!.shape]).toEqual(['s', ['fig', 'pear'], [2, 2], [2, 2]]);
    // The rows 3 and 5 of the file are these.
    const run = await session.run({ document, revision: 0, backward: false, mode: 'eval', rows: [0, 16] });
    const scores = run.values.get('s')!.data;
    expect([...values.data].map((value, at) => value - scores[(at < 2 ? 3 : 5) * 2 + (at % 2)]!)).toEqual(
      [0, 0, 0, 0].map((zero) => expect.closeTo(zero, 5))
    );
    const [first, second] = values.data;
    expect(probabilities!.data[0]).toBeCloseTo(1 / (1 + Math.exp(second! - first!)), 6);
  });

  it('of what does not fit is refused with what would', async () => {
    const session = open();
    await session.openData('d.csv', CSV);
    const document = classifier('d.csv');
    const predict = (inputs: [string, WholeTensor][]) => refused(() => session.predict({ document, inputs: new Map(inputs) }));
    expect((await predict([['d.x', tensor([1, 3], [1, 2, 3])]])).message).toContain('d.x: [1,3] was given; expected [1,2]');
    expect(
      (
        await predict([
          ['d.x', tensor([1, 2], [1, 2])],
          ['d.y', tensor([2], [0, 1])]
        ])
      ).message
    ).toContain('expected equally many');
    expect((await predict([['d.x', tensor([0, 2], [])]])).message).toContain('expected 1 to 100,000');
  });
});

describe('weights of another file', () => {
  it('are taken by name and shape, and the rest is told', async () => {
    const session = open();
    await session.openData('d.csv', CSV);
    const document = classifier('d.csv');
    const file = (tensors: [string, WholeTensor][]) => writeSafetensors(new Map(tensors as never));
    const report = await session.loadWeights(
      document,
      file([
        ['w', tensor([2, 2], [4, 3, 2, 1])],
        ['b', tensor([3], [1, 2, 3])],
        ['other', tensor([1], [0])]
      ])
    );
    expect(report).toEqual({ matched: ['w'], missing: [], unexpected: ['other'], reshaped: [{ id: 'b', expected: [2], found: [3] }] });
    expect([...(await session.parameter(document, 'w')).data]).toEqual([4, 3, 2, 1]);
    expect([...(await session.parameter(document, 'b')).data]).toEqual([0.5, 0]);
    const { message } = await refused(() => session.loadWeights(document, file([['other', tensor([1], [0])]])));
    expect(message).toContain("the file holds none of the document's parameters w, b; it holds other");
    expect((await refused(() => session.parameter(document, 'nothing'))).code).toBe('unknown-leaf');
  });

  it('of a training run that ended can be taken again', async () => {
    const session = open();
    await session.openData('d.csv', CSV);
    const document = classifier('d.csv');
    const first = await session.train({ document, revision: 0, epochs: 1, backend: 'reference' });
    const weights = [...(await session.parameter(document, 'w')).data];
    const second = await session.train({ document, revision: 0, epochs: 2, backend: 'reference' });
    expect([first.run, second.run]).toEqual([1, 2]);
    expect([...(await session.parameter(document, 'w')).data]).not.toEqual(weights);
    await session.takeRun(1);
    expect([...(await session.parameter(document, 'w')).data]).toEqual(weights);
    expect((await refused(() => session.takeRun(3))).message).toContain(
      'the weights of run 3 are not kept any more; train again with its settings'
    );
  });
});
