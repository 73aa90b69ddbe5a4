import { describe, expect, it } from 'vitest';
import { generate, GENERATED_KINDS, type GeneratedKind } from '../../../engine/generated/generate';
import { column, counts, digest, points } from './columns';

const KINDS = ['spirals', 'moons', 'circles', 'xor'] as const;

describe('generated points', () => {
  it.each([
    ['spirals', '6744f2b2509fca1e'],
    ['moons', '37364588275d69a1'],
    ['circles', 'ed0aa902036823ea'],
    ['xor', '7423309a0819dc3a'],
    ['regression', 'd3453750f8458734']
  ] as const)('%s are the same bytes today as ever', async (kind, expected) => {
    expect(digest(await generate({ kind }))).toBe(expected);
    expect(digest(await generate({ kind, seed: 0 }))).toBe(expected);
    expect(digest(await generate({ kind, seed: 1, noise: 0.1 }))).not.toBe(digest(await generate({ kind, seed: 2, noise: 0.1 })));
  });

  it.each(KINDS)('%s are as many rows as asked for, the classes taking turns', async (kind) => {
    for (const rows of [1, 2, 3, 101]) {
      const generated = await generate({ kind, rows });
      expect(generated.rows).toBe(rows);
      expect(generated.columns.map(({ name, type, shape }) => [name, type, shape])).toEqual([
        ['x', 'number', []],
        ['y', 'number', []],
        ['class', 'class', []]
      ]);
      for (const { data } of generated.columns) expect(data).toHaveLength(rows);
      const labels = column(generated, 'class');
      expect(Math.max(...counts(labels)) - Math.min(...counts(labels))).toBeLessThanOrEqual(1);
      expect([...labels.data]).toEqual(Array.from({ length: rows }, (_, row) => row % labels.classes!.length));
      expect([...column(generated, 'x').data, ...column(generated, 'y').data].every(Number.isFinite)).toBe(true);
    }
  });

  it('moons without noise lie where scikit-learn puts them', async () => {
    // sklearn.datasets.make_moons(6, shuffle=False), outer and inner rows in turn.
    const expected = [
      [1, 0, 0],
      [0, 0.5, 1],
      [0, 1, 0],
      [1, -0.5, 1],
      [-1, 0, 0],
      [2, 0.5, 1]
    ];
    const made = points(await generate({ kind: 'moons', rows: 6, noise: 0 }));
    for (const [row, point] of made.entries()) for (const [at, value] of point.entries()) expect(value).toBeCloseTo(expected[row]![at]!, 6);
  });

  it('circles without noise have the radii 1 and 0.5, and no point twice', async () => {
    const made = points(await generate({ kind: 'circles', rows: 101, noise: 0 }));
    for (const [x, y, label] of made) expect(Math.hypot(x, y)).toBeCloseTo(label === 0 ? 1 : 0.5, 6);
    expect(new Set(made.map(([x, y]) => `${x.toFixed(4)} ${y.toFixed(4)}`)).size).toBe(101);
  });

  it('the arms of a spiral are copies of each other, turned, and keep apart', async () => {
    const classes = 5;
    const made = points(await generate({ kind: 'spirals', rows: 500, classes, noise: 0 }));
    for (const [row, [x, y, label]] of made.entries()) {
      const [firstX, firstY] = made[row - label]!;
      const angle = (2 * Math.PI * label) / classes;
      expect(x).toBeCloseTo(firstX * Math.cos(angle) - firstY * Math.sin(angle), 5);
      expect(y).toBeCloseTo(firstX * Math.sin(angle) + firstY * Math.cos(angle), 5);
    }
    const outer = made.filter(([x, y]) => Math.hypot(x, y) > 0.3);
    let nearest = Infinity;
    for (const [x, y, label] of outer)
      for (const [otherX, otherY, other] of outer) if (other !== label) nearest = Math.min(nearest, Math.hypot(x - otherX, y - otherY));
    expect(nearest).toBeGreaterThan(0.1);
  });

  it('exclusive or is evenly spread over the four quarters of its square, none of it on a border', async () => {
    const made = points(await generate({ kind: 'xor', rows: 4000 }));
    const quarters = new Map<string, number>();
    for (const [x, y, label] of made) {
      expect([x * y > 0 ? 0 : 1, x * y === 0, Math.max(Math.abs(x), Math.abs(y)) <= 1]).toEqual([label, false, true]);
      const quarter = `${Math.sign(x)} ${Math.sign(y)}`;
      quarters.set(quarter, (quarters.get(quarter) ?? 0) + 1);
    }
    expect([...quarters.values()]).toEqual([1000, 1000, 1000, 1000]);
    const mean = made.reduce((sum, [x]) => sum + Math.abs(x), 0) / made.length;
    // Uniform on (0, 1]: the mean of 4000 has a standard deviation of 0.0046.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });

  it.each(KINDS)('noise on %s is normal, with the standard deviation asked for', async (kind) => {
    const rows = 20_000;
    const exact = points(await generate({ kind, rows, noise: 0 }));
    const noisy = points(await generate({ kind, rows, noise: 0.25 }));
    for (const axis of [0, 1] as const) {
      const errors = noisy.map((point, row) => (point[axis] - exact[row]![axis]) / 0.25);
      const mean = errors.reduce((sum, error) => sum + error, 0) / rows;
      const variance = errors.reduce((sum, error) => sum + error ** 2, 0) / rows;
      const within = errors.filter((error) => Math.abs(error) < 1).length / rows;
      // Four standard deviations of each figure at 20,000 draws.
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(rows));
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / rows));
      expect(Math.abs(within - 0.6827)).toBeLessThan(0.0132);
    }
  });

  it('the noisy curve is its formula where there is no noise, over the whole range', async () => {
    const { columns, rows } = await generate({ kind: 'regression', rows: 1000, noise: 0 });
    expect(columns.map(({ name, type, data }) => [name, type, data.length])).toEqual([
      ['x', 'number', 1000],
      ['y', 'number', 1000]
    ]);
    const [x, y] = [columns[0]!.data, columns[1]!.data];
    for (let row = 0; row < rows; row++) expect(y[row]).toBeCloseTo(Math.sin(2 * x[row]!) + x[row]! / 3, 6);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(-3);
    expect(Math.min(...x)).toBeLessThan(-2.9);
    expect(Math.max(...x)).toBeGreaterThan(2.9);
    expect(Math.max(...x)).toBeLessThanOrEqual(3);
    const noisy = await generate({ kind: 'regression', rows: 1000, noise: 0.5 });
    const squares = [...noisy.columns[1]!.data].reduce((sum, value, row) => sum + (value - y[row]!) ** 2, 0);
    expect(Math.abs(Math.sqrt(squares / 1000) - 0.5)).toBeLessThan(0.05);
  });
});

describe('what a generated data set may be asked for', () => {
  it.each([
    [{ kind: 'stars' }, /no generated data set of the kind "stars"; choose one of spirals, moons/],
    [{ kind: '__proto__' }, /no generated data set of the kind "__proto__"/],
    [{ kind: 'moons', rows: 0 }, /moons: rows is 0; expected a whole number from 1 to 1000000; correct rows or leave it out for 200/],
    [{ kind: 'moons', rows: 10.5 }, /rows is 10.5; expected a whole number/],
    [{ kind: 'moons', rows: 1_000_001 }, /rows is 1000001/],
    [{ kind: 'moons', noise: -1 }, /noise is -1; expected a number from 0 to 10/],
    [{ kind: 'moons', noise: NaN }, /noise is NaN/],
    [{ kind: 'moons', seed: -1 }, /seed is -1/],
    [{ kind: 'spirals', classes: 11 }, /classes is 11; expected a whole number from 2 to 10/],
    [{ kind: 'digits', rows: 100_001 }, /rows is 100001/],
    [{ kind: 'digits', fonts: 'bold' }, /fonts is "bold"; expected one of all, train, held_out/]
  ])('refuses %j', async (record, message) => {
    await expect(generate(record as never)).rejects.toMatchObject({ code: 'bad-generated', message: expect.stringMatching(message) });
  });

  it('does not read what the kind does not take', async () => {
    expect(digest(await generate({ kind: 'moons', classes: 99, fonts: 'train' }))).toBe(digest(await generate({ kind: 'moons' })));
  });

  it('has defaults within the limits that it names', () => {
    for (const { title, doc, parameters } of Object.values<GeneratedKind>(GENERATED_KINDS)) {
      expect(title).not.toBe('');
      expect(doc).not.toBe('');
      for (const { name, type, default: usual, choices, minimum, maximum } of parameters) {
        if (type === 'choice') expect(choices).toContain(usual);
        else expect([name, Number(usual) >= minimum! && Number(usual) <= maximum!]).toEqual([name, true]);
      }
    }
  });
});
