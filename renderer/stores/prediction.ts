/** One row of input, as a person gives it, and what the model in hand makes of it. */
import { EngineError, serializeDocument, type DatasetRows, type FieldRows, type Prediction, type WholeTensor } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { inputFields, targetField, type InputField } from './inputs';

/** Rows that the usual values are taken from. */
const LOOKED_AT = 200;

/** A field of the row, by how the data set has it. */
export interface RowField extends InputField {
  /** Names of its entries; empty for an image. */
  readonly entries: readonly string[];
  readonly classes?: readonly string[];
  /** The largest entry that was seen: 255 for the bytes of an image. */
  readonly most: number;
  readonly means: readonly number[];
}

export const usePredictionStore = defineStore('prediction', () => {
  const documents = useDocumentStore();
  const fields = shallowRef<readonly RowField[]>([]);
  /** Entries of the row, by field. */
  const row = shallowRef<ReadonlyMap<string, readonly number[]>>(new Map());
  /** How many rows the data has, and the one that was taken; null once the row was changed. */
  const rows = ref(0);
  const taken = ref<number | null>(null);
  /** What the data says of the row that was taken. */
  const right = ref<string | null>(null);
  const found = shallowRef<Prediction | null>(null);
  const problem = ref<string | null>(null);
  /** The row to take as soon as the fields are known. */
  let wanted: number | null = null;
  let asked = 0;
  let takes = 0;
  let busy = false;
  let again = false;

  const inputs = computed(() => inputFields(documents.whole));
  const target = computed(() => targetField(documents.whole));
  const text = (): string => serializeDocument(documents.whole);

  /** Looks at the data for names, usual values and sizes of the fields. */
  async function begin(): Promise<void> {
    const mine = ++asked;
    const byDataset = new Map<string, DatasetRows>();
    try {
      for (const { dataset } of inputs.value)
        if (!byDataset.has(dataset)) byDataset.set(dataset, await useHost().engine.datasetRows(text(), dataset, 0, LOOKED_AT));
    } catch (failure) {
      if (mine === asked) problem.value = sentence(failure);
      return;
    }
    if (mine !== asked) return;
    fields.value = inputs.value.flatMap((input) => {
      const seen = byDataset.get(input.dataset)?.fields.get(input.field);
      return seen ? [describe(input, seen)] : [];
    });
    rows.value = Math.min(...[...byDataset.values()].map((each) => each.rows));
    const kept = fields.value.every(({ key, means }) => row.value.get(key)?.length === means.length);
    if (wanted !== null) await takeRow(wanted);
    else if (!kept) useMeans();
  }

  function useMeans(): void {
    takes++;
    taken.value = null;
    right.value = null;
    row.value = new Map(
      fields.value.map(({ key, means, classes, entries }) => [key, classes || entries.length === 0 ? means.map(() => 0) : means])
    );
    void predict();
  }

  function setField(key: string, entries: readonly number[]): void {
    takes++;
    taken.value = null;
    right.value = null;
    row.value = new Map(row.value).set(key, entries);
    void predict();
  }

  /** Takes a row of the data, counted from 0. */
  async function takeRow(number: number): Promise<void> {
    wanted = number;
    if (fields.value.length === 0) return begin();
    const mine = ++takes;
    const next = new Map<string, readonly number[]>();
    let said: string | null = null;
    try {
      for (const dataset of new Set(fields.value.map((field) => field.dataset))) {
        const given = await useHost().engine.datasetRows(text(), dataset, number, number + 1);
        for (const { key, field, dataset: own } of fields.value) if (own === dataset) next.set(key, [...given.fields.get(field)!.data]);
        if (target.value?.dataset === dataset) said = saidOf(given.fields.get(target.value.field));
      }
    } catch (failure) {
      problem.value = sentence(failure);
      return;
    }
    if (mine !== takes) return;
    wanted = null;
    row.value = next;
    taken.value = number;
    right.value = said;
    await predict();
  }

  /** One after another; what was changed meanwhile is predicted next. */
  async function predict(): Promise<void> {
    again = busy;
    if (busy || fields.value.length === 0) return;
    busy = true;
    const opened = documents.opened;
    try {
      const result = await useHost().engine.predict({ document: text(), inputs: tensors() });
      if (opened !== documents.opened) return;
      found.value = result;
      problem.value = null;
    } catch (failure) {
      const cancelled = failure instanceof EngineError && failure.code === 'cancelled';
      if (opened === documents.opened && !cancelled) problem.value = sentence(failure);
    } finally {
      busy = false;
      if (again) void predict();
    }
  }

  function tensors(): ReadonlyMap<string, WholeTensor> {
    return new Map(
      fields.value.map(({ key, shape, classes }) => {
        const entries = row.value.get(key) ?? [];
        const whole = { shape: [1, ...shape] };
        return [
          key,
          classes
            ? { ...whole, dtype: 'int32', data: Int32Array.from(entries) }
            : { ...whole, dtype: 'float', data: Float64Array.from(entries) }
        ];
      })
    );
  }

  function forget(): void {
    asked++;
    takes++;
    wanted = null;
    fields.value = [];
    row.value = new Map();
    found.value = null;
    problem.value = null;
    taken.value = null;
    right.value = null;
  }
  watch(() => documents.opened, forget, { flush: 'sync' });

  return { fields, row, rows, taken, right, found, problem, inputs, begin, useMeans, setField, takeRow, predict };
});

function describe(input: InputField, seen: FieldRows): RowField {
  const [count = 0, ...shape] = seen.shape;
  const size = shape.reduce((product, length) => product * length, 1);
  const means = new Array<number>(size).fill(0);
  let most = 0;
  for (let at = 0; at < seen.data.length; at++) {
    means[at % size]! += seen.data[at]! / count;
    most = Math.max(most, seen.data[at]!);
  }
  const { classes, entries = [] } = seen;
  return { ...input, shape, entries, most, means: means.map((mean) => Number(mean.toPrecision(4))), ...(classes && { classes }) };
}

function saidOf(seen: FieldRows | undefined): string | null {
  if (!seen || seen.data.length === 0) return null;
  if (seen.classes) return seen.classes[seen.data[0]!] ?? null;
  return seen.data.length > 4 ? null : [...seen.data].map((number) => String(Number(number.toPrecision(5)))).join(', ');
}

function sentence(failure: unknown): string {
  if (!(failure instanceof EngineError)) return String(failure);
  const { message, hint } = failure.diagnostics[0]!;
  return hint ? `${message}; ${hint}` : message;
}
