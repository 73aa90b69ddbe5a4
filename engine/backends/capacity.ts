/** How much memory runs take and how much there is. */
import { freemem } from 'node:os';
import { EngineError } from '../base/errors';
import { formatShape, sizeOf } from '../base/shapes';
import type { Precision } from '../base/dtypes';
import type { Plan } from '../plan/plan';

const UNITS = ['B', 'KiB', 'MiB', 'GiB'];
/** What one WebAssembly memory holds. */
const MOST_BYTES = 2 ** 32;

/** Bytes of all values of plans that share their residents, at the time when they are most. */
export function bytesOf(plans: readonly Plan[], precision: Precision): number {
  const resident = Math.max(0, ...plans.map((plan) => plan.resident));
  const slots = plans.reduce((sum, plan) => sum + plan.slots - plan.resident, resident);
  return slots * (precision === 'float64' ? 8 : 4);
}

/** Bytes that a run can have. */
export function availableBytes(): number {
  return Math.min(MOST_BYTES, freemem());
}

/** Throws EngineError `out-of-memory` where plans take more than there is. */
export function requireCapacity(plans: readonly Plan[], precision: Precision, available = availableBytes()): void {
  const bytes = bytesOf(plans, precision);
  if (bytes <= available) return;
  const types = plans.flatMap(({ graph, offsets }) => graph.operations.filter((_, id) => offsets[id]! >= 0));
  const largest = types.reduce((most, operation) => (sizeOf(operation.type.shape) > sizeOf(most.type.shape) ? operation : most));
  throw new EngineError({
    code: 'out-of-memory',
    ...(largest.origin && { gate: largest.origin.node }),
    message: `this takes ${formatBytes(bytes)} at once and ${formatBytes(available)} can be had; the largest tensor is ${formatShape(largest.type.shape)}`,
    hint: 'use smaller tensors or a smaller batch, or close other programs'
  });
}

/** `5.3 MiB`. */
export function formatBytes(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const count = bytes / 1024 ** unit;
  return `${unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)} ${UNITS[unit]}`;
}
