import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { lower, serializeDocument } from '@wiregrad/engine';
import { describe, expect, it } from 'vitest';
import { examples } from '../../../renderer/examples/examples';

const folder = resolve(import.meta.dirname, '../../../renderer/examples');

it('the gallery shows every document of its folder', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.wiregrad'));
  expect(examples.map(({ name }) => `${name}.wiregrad`).sort()).toEqual(files.sort());
});

describe.each(examples.map((example) => [example.name, example] as const))('%s', (_, { document, text, sources }) => {
  it('is sound, and written as it would be saved', () => {
    expect(lower(document).diagnostics).toEqual([]);
    expect(serializeDocument(document)).toBe(text);
  });

  it('has an objective and a place for each gate, none on top of another', () => {
    expect(document.objective).toBeDefined();
    const places = document.nodes.map(({ id }) => document.layout.get(id)!);
    for (const [index, [x, y]] of places.entries()) {
      for (const [otherX, otherY] of places.slice(index + 1)) expect(Math.abs(x - otherX) >= 260 || Math.abs(y - otherY) >= 110).toBe(true);
    }
  });

  it('runs from left to right', () => {
    for (const { from, to } of document.wires) {
      const [source, target] = [from, to].map((reference) => document.layout.get(reference.split('.')[0]!)!);
      expect(source![0]).toBeLessThan(target![0]);
    }
  });

  it('comes with its data', () => {
    const named = [...(document.datasets?.values() ?? [])].map(({ source }) => source);
    expect([...sources().keys()]).toEqual(named);
  });
});

it('the two-spirals table is what its program prints', () => {
  const { stdout } = spawnSync(process.execPath, [resolve(folder, 'spirals.mjs')], { encoding: 'utf8' });
  expect(stdout).toBe(readFileSync(resolve(folder, 'spirals.csv'), 'utf8'));
});
