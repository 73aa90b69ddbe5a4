/** Below this zoom nodes are painted as boxes instead of being mounted. */
export const OUTLINE_ZOOM = 0.4;
/** As far as one can zoom out and in. */
export const ZOOM_LIMITS = [0.05, 3] as const;

export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export function clampZoom(k: number): number {
  const [least, most] = ZOOM_LIMITS;
  return Math.min(most, Math.max(least, k));
}
