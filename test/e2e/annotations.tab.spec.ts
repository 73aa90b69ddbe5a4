/** Frames around gates and notes beside them. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './app';
import { drag, expectSelected, node, onWire, openExample, openFile, selectNodes, startEmpty, undo } from './gestures';

test('a frame goes around the selected gates, has a title, takes its gates along, and is resized at its corner', async ({ app }) => {
  await openExample(app, 'simple');
  await selectNodes(app, 'q', 'f');
  await app.keyboard.press('ControlOrMeta+g');
  const frame = app.getByTestId('frame-0');
  const box = async () => (await frame.boundingBox())!;
  await expect(app.getByTestId('annotation-text')).toBeFocused();
  await app.keyboard.type('product');
  await app.keyboard.press('Enter');
  await expect(frame).toHaveText('product');
  await expect(app.getByTestId('canvas')).toBeFocused();
  const around = await box();
  for (const id of ['q', 'f']) {
    const { x, y, width, height } = (await node(app, id).boundingBox())!;
    expect(x).toBeGreaterThan(around.x);
    expect(y).toBeGreaterThan(around.y);
    expect(x + width).toBeLessThan(around.x + around.width);
    expect(y + height).toBeLessThan(around.y + around.height);
  }

  const places = async () => {
    const all = await Promise.all(['q', 'f', 'x', 'z'].map((id) => node(app, id).boundingBox()));
    return [await box(), ...all].map((one) => [Math.round(one!.x), Math.round(one!.y)]);
  };
  const before = await places();
  await drag(app, { x: around.x + 60, y: around.y + 12 }, { x: around.x + 100, y: around.y - 18 });
  const shifts = (await places()).map(([x, y], index) => [x! - before[index]![0]!, y! - before[index]![1]!]);
  for (const [dx, dy] of shifts.slice(0, 3)) {
    expect(dx).toBeCloseTo(40, -0.5);
    expect(dy).toBeCloseTo(-30, -0.5);
  }
  // What lies outside stays.
  expect(shifts.slice(3)).toEqual([
    [0, 0],
    [0, 0]
  ]);
  await undo(app);
  await expect.poll(places).toEqual(before);

  const corner = { x: around.x + around.width - 6, y: around.y + around.height - 6 };
  await drag(app, corner, { x: corner.x + 50, y: corner.y + 30 });
  expect((await box()).width).toBeCloseTo(around.width + 50, -0.5);
  expect((await box()).height).toBeCloseTo(around.height + 30, -0.5);
  await undo(app);
  await expect.poll(box).toEqual(around);
  // Through its middle the pointer reaches what is there without it.
  const wire = await onWire(app, 'f', 'a');
  await app.mouse.move(wire.x, wire.y);
  await expect(app.getByTestId('wire-tooltip')).toContainText('q → f.a');

  await app.mouse.click(around.x + 60, around.y + 12);
  await app.keyboard.press('Delete');
  await expect(frame).toBeHidden();
  await expect(node(app, 'q')).toBeVisible();
  await undo(app);
  await expect(frame).toHaveText('product');
});

test('a frame stays selected while arrow keys move it and what lies in it', async ({ app }) => {
  await openExample(app, 'simple');
  await node(app, 'f').click();
  await app.keyboard.press('ControlOrMeta+g');
  await app.keyboard.press('Escape');
  const frame = app.getByTestId('frame-0');
  const { x } = (await frame.boundingBox())!;
  const gate = (await node(app, 'f').boundingBox())!;
  for (let step = 0; step < 3; step++) await app.keyboard.press('ArrowRight');
  await expect(frame).toHaveClass(/selected/);
  const moved = (await frame.boundingBox())!.x - x;
  expect(moved).toBeGreaterThan(3 * 24 * 0.8);
  expect((await node(app, 'f').boundingBox())!.x - gate.x).toBeCloseTo(moved, 0);
  await undo(app);
  expect((await frame.boundingBox())!.x).toBeCloseTo(x, 0);
  await undo(app);
  await expect(frame).toBeHidden();
});

test('a note is written, moved, changed by a double click, and copied', async ({ app }) => {
  await startEmpty(app);
  const canvas = (await app.getByTestId('canvas').boundingBox())!;
  await app.mouse.move(canvas.x + 300, canvas.y + 200);
  await app.keyboard.press('Shift+N');
  const note = app.getByTestId('note-0');
  await app.keyboard.type('learning rate');
  await app.keyboard.press('Enter');
  await app.keyboard.type('0.01');
  await app.keyboard.press('Escape');
  await expect(note).toHaveText('learning rate\n0.01');
  const before = (await note.boundingBox())!;
  await drag(app, { x: before.x + 40, y: before.y + 60 }, { x: before.x + 140, y: before.y + 100 });
  const after = (await note.boundingBox())!;
  expect(after.x).toBeCloseTo(before.x + 100, -0.5);
  await expect(note).toHaveClass(/selected/);
  await app.keyboard.press('ControlOrMeta+d');
  await expect(app.getByTestId('note-1')).toHaveText('learning rate\n0.01');
  await undo(app);
  await expect(app.getByTestId('note-1')).toBeHidden();
  await app.mouse.dblclick(after.x + 40, after.y + 60);
  await app.getByTestId('annotation-text').fill('done');
  await app.mouse.click(canvas.x + 40, canvas.y + canvas.height - 40);
  await expect(note).toHaveText('done');
  await undo(app);
  await expect(note).toHaveText('learning rate\n0.01');
});

test('frames, notes and the points of wires are in the file', async ({ app }) => {
  await openExample(app, 'simple');
  await node(app, 'f').click();
  await app.keyboard.press('ControlOrMeta+g');
  await app.keyboard.type('the end');
  await app.keyboard.press('Enter');
  await app.keyboard.press('Shift+N');
  await app.keyboard.type('a note');
  await app.keyboard.press('Escape');
  const place = await onWire(app, 'q', 'b');
  await app.mouse.dblclick(place.x, place.y);
  await drag(app, place, { x: place.x, y: place.y + 60 });
  const download = app.waitForEvent('download');
  await app.keyboard.press('ControlOrMeta+s');
  const text = await readFile(await (await download).path(), 'utf8');
  expect(text).toContain('"via"');

  await app.reload();
  await startEmpty(app);
  await openFile(app, 'simple.wiregrad', text);
  await expect(app.getByTestId('frame-0')).toHaveText('the end');
  await expect(app.getByTestId('note-0')).toHaveText('a note');
  await node(app, 'q').click();
  await expectSelected(app, 'q');
  const wire = await onWire(app, 'q', 'b');
  await app.mouse.click(wire.x, wire.y, { button: 'right' });
  await expect(app.getByTestId('context-edit.straighten')).toBeVisible();
});
