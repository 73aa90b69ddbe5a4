import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../engine/base/errors';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';

const simple = {
  format: 'wiregrad',
  version: 1,
  name: 'simple',
  nodes: [
    { id: 'x', gate: 'variable', params: { value: -2 } },
    { id: 'y', gate: 'variable', params: { value: 'NaN' } },
    { id: 'q', gate: 'add' }
  ],
  wires: [
    { from: 'x', to: 'q.a' },
    { from: 'y', to: 'q.b' }
  ],
  objective: 'q',
  layout: { x: [0, 0] }
};

function read(changes: object): { document: boolean; diagnostics: readonly Diagnostic[] } {
  const { document, diagnostics } = parseDocument(JSON.stringify({ ...simple, ...changes }));
  return { document: document !== undefined, diagnostics };
}

describe('the reader of documents', () => {
  it('reads the format of the documentation, layout optional', () => {
    const { document, diagnostics } = parseDocument(JSON.stringify({ ...simple, layout: undefined }));
    expect(diagnostics).toEqual([]);
    expect(document?.nodes[0]).toEqual({ id: 'x', gate: 'variable', params: { value: -2 } });
    expect(document?.nodes[1]?.params).toEqual({ value: 'NaN' });
    expect(document?.layout.size).toBe(0);
  });

  it.each([
    ['', 'line 1, column 1: expected a value, found the end of the text'],
    ['hello', 'line 1, column 1: expected a value, found "hello"'],
    ['{\n  "format": "wiregrad"\n  "version": 1\n}', 'line 3, column 3: expected "," or "}", found a string'],
    ['{\n"a": [1, 2,]\n}', 'line 2, column 12: expected a value, found "]"'],
    ['{"a": 01}', 'line 1, column 7: expected a value, found "01"'],
    ['{"a": nul}', 'line 1, column 7: expected a value, found "nul"'],
    ['{"a" 1}', 'line 1, column 6: expected ":", found "1"'],
    ['{a: 1}', 'line 1, column 2: expected a key in double quotes or "}", found "a"'],
    ['{} {}', 'line 1, column 4: expected the end of the text, found "{"'],
    ['{"a": "\\x"}', 'line 1, column 7: expected a value, found a string that is not closed or has a bad escape'],
    ['{"a": "no end', 'line 1, column 7: expected a value, found a string that is not closed or has a bad escape']
  ])('says in which line and column %j stops being JSON', (text, message) => {
    const { document, diagnostics } = parseDocument(text);
    expect(document).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'not-json', message }]);
  });

  it('reads past a byte order mark', () => {
    expect(parseDocument(`\ufeff${JSON.stringify(simple)}`).diagnostics).toEqual([]);
    expect(parseDocument('\ufeff{').diagnostics[0]?.message).toContain('line 1, column 3');
  });

  it('refuses what is no document and what a newer version wrote', () => {
    for (const text of ['null', '3', '"x"', '[]']) expect(parseDocument(text).diagnostics[0]?.code).toBe('not-an-object');
    expect(read({ format: 'other' })).toMatchObject({
      document: false,
      diagnostics: [{ code: 'wrong-format', message: 'format: expected "wiregrad", found "other"' }]
    });
    expect(read({ format: undefined }).diagnostics[0]?.message).toBe('format: expected "wiregrad", found no such key');
    expect(read({ version: 2, nodes: 'of another kind' })).toMatchObject({ document: false, diagnostics: [{ code: 'newer-version' }] });
    for (const version of [undefined, '1', 0, 1.5, null])
      expect(read({ version })).toMatchObject({ document: false, diagnostics: [{ code: 'bad-version' }] });
  });

  it('survives any depth and any length', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(parseDocument(deep).diagnostics[0]?.code).toMatch(/not-an-object|not-json/);
    const inside = JSON.stringify(simple).replace('-2', deep);
    expect(parseDocument(inside).diagnostics[0]?.code).toMatch(/too-deep|not-json/);
    expect(parseDocument('['.repeat(200_000)).diagnostics[0]?.code).toBe('not-json');
    expect(parseDocument(`{"a": "${'a\\n'.repeat(4_000_000)}" "b"}`).diagnostics[0]?.message).toContain('column 12000010');
    const nodes = Array.from({ length: 200_000 }, (_, index) => ({ id: `n${index}`, gate: 'add' }));
    const wires = nodes.map(({ id }) => ({ from: id, to: 'nowhere' }));
    expect(read({ nodes, wires }).diagnostics.filter(({ code }) => code === 'bad-reference')).toHaveLength(200_000);
  });

  it('names the place of every missing or ill-typed part of nodes and wires, and then gives no document', () => {
    const cases: [object, string, string][] = [
      [{ nodes: undefined }, 'missing-field', 'nodes: this key is missing'],
      [{ wires: {} }, 'bad-field', 'wires: expected a list, found an object'],
      [{ nodes: [3] }, 'bad-field', 'nodes[0]: expected an object, found 3'],
      [{ nodes: [{ id: 'x' }] }, 'missing-field', 'nodes[0].gate: this key is missing'],
      [{ nodes: [{ id: 7, gate: 'add' }] }, 'bad-field', 'nodes[0].id: expected a text, found 7'],
      [{ nodes: [{ id: '2x', gate: 'add' }] }, 'bad-id', 'nodes[0].id: "2x" cannot be an id'],
      [{ nodes: [...simple.nodes, { id: 'q', gate: 'mul' }] }, 'duplicate-id', 'nodes[3].id: q is the id of nodes[2] already'],
      [{ wires: [{ from: null, to: 'q.a' }] }, 'bad-field', 'wires[0].from: expected a text, found null'],
      [{ wires: [{ from: 'x' }] }, 'missing-field', 'wires[0].to: this key is missing']
    ];
    for (const [changes, code, message] of cases) {
      const { document, diagnostics } = read(changes);
      expect(document, message).toBe(false);
      expect(diagnostics).toContainEqual(expect.objectContaining({ code, message, severity: 'error' }));
    }
  });

  it('gives a document in spite of wires and references that lead nowhere', () => {
    const wires = [
      ...simple.wires,
      { from: 'y', to: 'q.a' },
      { from: 'ghost', to: 'q.c' },
      { from: 'x', to: 'q' },
      { from: 'x', to: 'ghost.a' },
      { from: 'x.a.b', to: 'q.d' }
    ];
    const { document, diagnostics } = read({ wires, objective: 'gone.out1' });
    expect(document).toBe(true);
    expect(diagnostics).toMatchObject([
      { code: 'doubled-wire', gate: 'q', kind: 'add', port: 'a', message: 'an input takes one wire, and two end here, from x and from y' },
      { code: 'unknown-node', message: 'wires[3] (ghost → q.c): it comes from ghost, and no gate has this id', gate: 'q', port: 'c' },
      { code: 'bad-reference', message: 'wires[4] (x → q): to is written id.port' },
      { code: 'unknown-node', message: 'wires[5] (x → ghost.a): it goes to ghost, and no gate has this id' },
      { code: 'bad-reference', message: 'wires[6] (x.a.b → q.d): from is written id or id.port' },
      { code: 'unknown-objective', message: 'the objective is gone.out1, and no gate has the id gone' }
    ]);
  });

  it.each([
    [{ objective: 3 }, 'bad-objective', 'objective: expected an output or a list of {"from": output}, found 3'],
    [{ objective: [] }, 'bad-objective', 'objective: expected a list of 1 or more, found an empty list'],
    [
      { objective: [{ from: 'q', upstream: true }] },
      'bad-objective',
      'objective[0].upstream: expected a number, a list or {"shape", "data"}, found true'
    ],
    [
      { training: { optimizer: { kind: 'lion', learning_rate: 1 } } },
      'bad-training',
      'training.optimizer.kind: expected one of "sgd", "adagrad", "rmsprop", "adam", "adamw", found "lion"'
    ],
    [{ training: { optimizer: { kind: 'sgd' } } }, 'bad-training', 'training.optimizer.learning_rate: this key is missing'],
    [{ training: { batch_size: 0 } }, 'bad-training', 'training.batch_size: expected a whole number of 1 or more, found 0'],
    [{ datasets: { d: { fields: {} } } }, 'bad-dataset', 'datasets.d.source: this key is missing'],
    [
      { datasets: { d: { source: 'd.csv', fields: { y: { columns: ['a', 'b'], type: 'class' } } } } },
      'bad-dataset',
      'datasets.d.fields.y.columns: a class field is one column, found 2'
    ],
    [
      { datasets: { d: { source: 'd.csv', fields: {}, split: { validation: 0.5, test: 0.5 } } } },
      'bad-dataset',
      'datasets.d.split: validation and test are 0.5 and 0.5 and leave no row to train on; their sum must be below 1'
    ],
    [
      { datasets: { d: { source: 'd.csv', fields: {}, split: { stratify: 'y' } } } },
      'bad-dataset',
      'datasets.d.split.stratify: expected the name of a class field (there is none), found "y"'
    ],
    [{ weights: 3 }, 'bad-field', 'weights: expected a text that is not empty, found 3']
  ])('reports %j and carries the unread part through a save', (changes, code, message) => {
    const text = JSON.stringify({ ...simple, ...changes });
    const { document, diagnostics } = parseDocument(text);
    expect(diagnostics).toMatchObject([{ code, message, severity: 'error' }]);
    expect(JSON.parse(serializeDocument(document!))).toEqual(JSON.parse(text));
  });

  it('drops positions that are none with a warning', () => {
    const { document, diagnostics } = parseDocument(JSON.stringify({ ...simple, layout: { x: [0, 'a'], q: [1, 2] } }));
    expect(document?.layout).toEqual(new Map([['q', [1, 2]]]));
    expect(diagnostics).toMatchObject([
      { code: 'bad-layout', severity: 'warning', message: 'layout.x: expected [x, y], found a list of 2' }
    ]);
  });
});

describe('the writer of documents', () => {
  it('gives every node, wire and position a line and keeps the order of keys', () => {
    const text = serializeDocument(
      parseDocument(
        JSON.stringify({
          notes: [{ text: 'why' }],
          later: { kept: true },
          training: { epochs: 3, optimizer: { learning_rate: 0.1, kind: 'sgd' } },
          datasets: { iris: { fields: { x: { columns: ['a', 'b'] } }, source: 'iris.csv', split: { test: 0.2, validation: 0.1 } } },
          ...simple,
          definitions: { block: { inputs: ['x'], nodes: [] } }
        })
      ).document!
    );
    expect(text).toBe(`{
  "format": "wiregrad",
  "version": 1,
  "name": "simple",
  "nodes": [
    { "id": "x", "gate": "variable", "params": { "value": -2 } },
    { "id": "y", "gate": "variable", "params": { "value": "NaN" } },
    { "id": "q", "gate": "add" }
  ],
  "wires": [
    { "from": "x", "to": "q.a" },
    { "from": "y", "to": "q.b" }
  ],
  "objective": "q",
  "layout": {
    "x": [0, 0]
  },
  "definitions": {
    "block": {
      "inputs": [
        "x"
      ],
      "nodes": []
    }
  },
  "datasets": {
    "iris": {
      "source": "iris.csv",
      "fields": {
        "x": { "columns": ["a", "b"] }
      },
      "split": {
        "validation": 0.1,
        "test": 0.2
      }
    }
  },
  "training": {
    "optimizer": { "kind": "sgd", "learning_rate": 0.1 },
    "epochs": 3
  },
  "notes": [
    { "text": "why" }
  ],
  "later": { "kept": true }
}
`);
  });

  it('writes numbers that JSON lacks as their words', () => {
    const { document } = parseDocument(JSON.stringify(simple));
    const nodes = [{ id: 'x', gate: 'variable', params: { value: [NaN, Infinity, -Infinity, -0] } }];
    expect(serializeDocument({ ...document!, nodes })).toContain('"value": ["NaN", "Infinity", "-Infinity", -0]');
  });
});
