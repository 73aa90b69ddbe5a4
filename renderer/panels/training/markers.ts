/** Shapes of points, one for each class: not by colour alone. Corners about the middle, for a radius of 1; none is a circle. */
type Corners = readonly (readonly [x: number, y: number])[];

const polygon = (corners: number, turn: number, radius: number): Corners =>
  Array.from({ length: corners }, (_, corner) => {
    const angle = turn + (corner * 2 * Math.PI) / corners;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });

const SHAPES: readonly Corners[] = [
  [],
  polygon(4, Math.PI / 4, 1.25),
  polygon(3, -Math.PI / 2, 1.4),
  polygon(4, 0, 1.4),
  polygon(3, Math.PI / 2, 1.4),
  polygon(6, 0, 1.2),
  polygon(5, -Math.PI / 2, 1.25)
];

export function cornersOf(index: number): Corners {
  return SHAPES[index % SHAPES.length]!;
}

/** The outline as the path of an SVG. */
export function markerPath(index: number, x: number, y: number, radius: number): string {
  const corners = cornersOf(index);
  if (corners.length === 0)
    return `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
  return `M${corners.map(([dx, dy]) => `${x + dx * radius} ${y + dy * radius}`).join('L')}z`;
}
