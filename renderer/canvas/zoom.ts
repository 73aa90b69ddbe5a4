/** As far as one can zoom out and in. */
const ZOOM_LIMITS = [0.02, 3] as const;
/** Below this zoom nodes are painted as boxes instead of being mounted, unless they are few and their signs still legible. */
const OUTLINE_ZOOM = 0.4;
const FEW_ZOOM = 0.2;
const FEW = 60;

export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export function clampZoom(k: number): number {
  const [least, most] = ZOOM_LIMITS;
  return Math.min(most, Math.max(least, k));
}

export function isOutlined(k: number, nodes: number): boolean {
  return k < (nodes <= FEW ? FEW_ZOOM : OUTLINE_ZOOM);
}
