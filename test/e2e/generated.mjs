/** Graphs as large as one likes. */

/** A graph of `count` gates, all but its first column with two wires from the column before. */
export function generated(count) {
  const rows = Math.max(4, Math.round(Math.sqrt(count / 2)));
  const gates = ['add', 'max', 'sub', 'min'];
  const nodes = [];
  const wires = [];
  const layout = {};
  for (let index = 0; index < count; index++) {
    const column = Math.floor(index / rows);
    const row = index % rows;
    const id = `g${index}`;
    layout[id] = [column * 260, row * 150];
    if (column === 0) nodes.push({ id, gate: 'variable', params: { value: ((index * 7) % 11) / 10 } });
    else {
      nodes.push({ id, gate: gates[(index * 5 + column) % gates.length] });
      const before = (place) => `g${(column - 1) * rows + ((row + place + rows) % rows)}`;
      wires.push({ from: before(0), to: `${id}.a` }, { from: before(1 + (index % 3)), to: `${id}.b` });
    }
  }
  return { format: 'wiregrad', version: 1, name: `generated${count}`, nodes, wires, objective: `g${count - 1}`, layout };
}
