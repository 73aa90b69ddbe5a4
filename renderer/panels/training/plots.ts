/** Lines and columns of one measure: those of the run in hand, and of the runs that are drawn over it. */
import uPlot from 'uplot';
import { columnName, PARTS, type Column, type Columns, type Measure } from '../../stores/curve';
import type { RunRecord } from '../../stores/runRecord';
import type { Line } from '../../widgets/LineChart.vue';
import { lookOf, OWN } from './runLook';
import { smooth } from './smooth';

export interface PlotRequest {
  readonly measure: Measure;
  readonly own: Columns;
  /** Losses of minibatches; only for the loss. */
  readonly batches?: readonly [x: number[], loss: Column] | undefined;
  readonly others: readonly RunRecord[];
  /** From 0 to below 1. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
}
export interface Plot {
  readonly lines: readonly Line[];
  readonly data: uPlot.AlignedData;
}

/** On a logarithmic scale what is not above 0 has no place. */
const positive = (column: Column): Column => column.map((number) => (number !== null && number > 0 ? number : null));

/** Empty where nothing of the measure is known. */
export function plotOf({ measure, own, batches, others, smoothing, logarithmic }: PlotRequest): Plot {
  const lines: Line[] = [];
  const tables: uPlot.AlignedData[] = [];
  const add = (x: readonly number[], column: Column | undefined, line: Line, raw = false): void => {
    if (!column || x.length === 0) return;
    const shown = logarithmic ? positive(column) : column;
    const smoothed = raw ? shown : smooth(shown, smoothing);
    if (smoothed !== shown) {
      lines.push({ ...line, width: 1, dash: [], faint: true });
      tables.push([[...x], shown]);
    }
    lines.push(line);
    tables.push([[...x], smoothed]);
  };

  if (batches) add(batches[0], batches[1], { label: 'batch', color: '--control', width: 1 });
  for (const part of PARTS) {
    if (measure === 'learning_rate' && part !== 'train') continue;
    const label = measure === 'learning_rate' ? 'rate' : part;
    const { color, dash } = OWN[part];
    add(own.epochs, own.of[columnName(measure, part)], { label, color, dash, width: 2 }, measure === 'learning_rate');
  }
  for (const [index, { name, columns }] of others.entries()) {
    const { color, dash } = lookOf(index);
    const part = columns.of[columnName(measure, 'validation')] ? 'validation' : 'train';
    add(columns.epochs, columns.of[columnName(measure, part)], { label: name, color, dash, width: 2 }, measure === 'learning_rate');
  }
  return { lines, data: tables.length === 0 ? [[]] : uPlot.join(tables) };
}
