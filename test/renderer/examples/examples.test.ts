import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { lower, serializeDocument, viewDefinition, type Document, type Position } from '@wiregrad/engine';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../renderer/canvas/boxes';
import { distanceTo } from '../../../renderer/canvas/curves';
import { overlaps, Scene } from '../../../renderer/canvas/scene';
import { examples } from '../../../renderer/examples/examples';

const folder = resolve(import.meta.dirname, '../../../renderer/examples');

it('the gallery shows every document of its folder', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.wiregrad'));
  expect(examples.map(({ name }) => `${name}.wiregrad`).sort()).toEqual(files.sort());
});

function sceneOf(document: Document): Scene {
  const scene = new Scene();
  scene.update(document);
  return scene;
}

/** Points all over a box, a little denser than a wire is near. */
function pointsOn({ x, y, width, height }: Box): Position[] {
  const steps = (size: number) => Array.from({ length: Math.floor(size / NEAR) + 1 }, (_, step) => step * NEAR);
  return steps(width).flatMap((across) => steps(height).map((down): Position => [x + across, y + down]));
}
const NEAR = 6;

describe.each(examples.map((example) => [example.name, example] as const))('%s', (_, { document, text, sources }) => {
  /** The document, then what is inside its definitions. */
  const scenes = [document, ...[...(document.definitions?.keys() ?? [])].map((name) => viewDefinition(document, name))].map(sceneOf);

  it('is sound, and written as it would be saved', () => {
    expect(lower(document).diagnostics).toEqual([]);
    expect(serializeDocument(document)).toBe(text);
  });

  it('has an objective and a place for each gate, none on top of another', () => {
    expect(document.objective).toBeDefined();
    expect(document.nodes.filter(({ id }) => !document.layout.has(id))).toEqual([]);
    for (const { boxes } of scenes) {
      const all = [...boxes.values()];
      for (const [at, box] of all.entries()) {
        // As far apart as the ring of a step is wide.
        const around = { left: box.x - 10, top: box.y - 10, right: box.x + box.width + 10, bottom: box.y + box.height + 10 };
        expect(all.filter((other, index) => index > at && overlaps(other, around)).map(({ id }) => `${box.id} ${id}`)).toEqual([]);
      }
    }
  });

  it('has no wire behind a gate', () => {
    for (const scene of scenes) {
      for (const strand of scene.strands) {
        const curve = scene.course(strand).pieces[0]!;
        const hidden = [...scene.boxes.values()].filter(
          (box) =>
            box !== strand.source && box !== strand.target && pointsOn(box).some((point) => distanceTo(curve, point, NEAR) < NEAR / 2)
        );
        expect(hidden.map(({ id }) => `${strand.source.id} to ${strand.target.id} behind ${id}`)).toEqual([]);
      }
    }
  });

  it('fits the window at a legible size', () => {
    // The canvas of a window of 1400 by 900 with its panels open.
    const { left, right, top, bottom } = scenes[0]!.bounds()!;
    expect(Math.min(850 / (right - left + 112), 740 / (bottom - top + 44))).toBeGreaterThanOrEqual(0.59);
  });

  it('runs from left to right', () => {
    for (const { from, to } of document.wires) {
      const [source, target] = [from, to].map((reference) => document.layout.get(reference.split('.')[0]!)!);
      expect(source![0]).toBeLessThan(target![0]);
    }
  });

  it('comes with its data', () => {
    const named = [...(document.datasets?.values() ?? [])].flatMap(({ source }) => (source === undefined ? [] : [source]));
    expect([...sources().keys()]).toEqual(named);
  });
});

it.each(readdirSync(folder).filter((name) => name.endsWith('.csv')))('%s is what its program prints', (name) => {
  const { stdout } = spawnSync(process.execPath, [resolve(folder, 'tables.mjs'), name.replace('.csv', '')], { encoding: 'utf8' });
  expect(stdout).toBe(readFileSync(resolve(folder, name), 'utf8'));
});
