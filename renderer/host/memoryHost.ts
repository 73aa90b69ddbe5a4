/** The host of tests: files in a Map, an engine of the test's own, and events that the test sends. */
import type { EngineCalls, ExportFile, TrainNews } from '@wiregrad/engine';
import { EngineError } from '@wiregrad/engine';
import type { Host, OpenedFile, PickedFile } from '../../main/contract/host';
import type { Draft, KeptSettings, LeftDrafts } from '../../main/contract/keeping';
import { listeners } from './listeners';

export interface MemoryHost extends Host {
  readonly kind: 'memory';
  /** Bytes by handle; what is beside a document goes by its bare name. */
  readonly disk: Map<string, Uint8Array>;
  readonly exported: ExportFile[];
  /** What the next `open` or `saveAs` picks; null cancels. */
  pick: string | null;
  /** What the next `pickFiles` picks. */
  picks: readonly PickedFile[];
  unsaved: boolean;
  /** Handles whose files another program changed. */
  readonly changed: Set<string>;
  readonly drafts: Map<string, Draft>;
  /** Told with the drafts that are left. */
  draftsNotice: LeftDrafts['notice'];
  /** By name, the latest first. */
  readonly versions: Map<string, Uint8Array[]>;
  settings: KeptSettings;
  /** Training runs as text, by key. */
  readonly runs: Map<string, string>;
  readonly log: string[];
  readonly progress: ReturnType<typeof listeners<TrainNews>>;
  readonly states: ReturnType<typeof listeners<'ready' | 'lost'>>;
  readonly failures: ReturnType<typeof listeners<string>>;
  readonly commands: ReturnType<typeof listeners<string>>;
  readonly opened: ReturnType<typeof listeners<OpenedFile>>;
}

/** Calls that `engine` leaves out reject with `unavailable`. */
export function memoryHost(engine: Partial<EngineCalls> = {}): MemoryHost {
  const disk = new Map<string, Uint8Array>();
  const recent: { name: string; handle: string; opened: number }[] = [];
  const read = (handle: string): OpenedFile => {
    const bytes = disk.get(handle);
    if (!bytes) throw new EngineError({ code: 'missing-file', message: `${handle} does not exist` });
    return { name: handle, handle, bytes };
  };
  const host: MemoryHost = {
    kind: 'memory',
    platform: 'other',
    engine: new Proxy(engine as EngineCalls, {
      get: (calls, name: keyof EngineCalls) =>
        calls[name] ?? (() => Promise.reject(new EngineError({ code: 'unavailable', message: `this engine has no ${name}` })))
    }),
    disk,
    exported: [],
    pick: null,
    picks: [],
    unsaved: false,
    changed: new Set(),
    drafts: new Map(),
    draftsNotice: undefined,
    versions: new Map(),
    settings: { text: null },
    runs: new Map(),
    log: [],
    progress: listeners(),
    states: listeners(),
    failures: listeners(),
    commands: listeners(),
    opened: listeners(),
    files: {
      open: async () => (host.pick === null ? null : read(host.pick)),
      async save(handle, bytes, over = false) {
        if (host.changed.has(handle) && !over) return 'changed';
        host.changed.delete(handle);
        disk.set(handle, bytes);
        await host.keeping.keepVersion(handle, bytes);
        return 'saved';
      },
      async saveAs(_name, bytes) {
        if (host.pick === null) return null;
        disk.set(host.pick, bytes);
        return { name: host.pick, handle: host.pick };
      },
      recent: async () => recent,
      openRecent: async (handle) => read(handle),
      clearRecent: async () => void recent.splice(0),
      versions: (handle) => host.keeping.versions(handle),
      version: (handle, id) => host.keeping.version(handle, id),
      async filesBeside(_handle, relative) {
        const whole = disk.get(relative);
        if (whole) return [{ path: '', size: whole.length }];
        const below = [...disk].filter(([name]) => name.startsWith(`${relative}/`));
        return below.length > 0 ? below.map(([name, { length }]) => ({ path: name.slice(relative.length + 1), size: length })) : null;
      },
      readBeside: async (_handle, relative, from, to) => disk.get(relative)!.slice(from, to),
      async export(files) {
        host.exported.push(...files);
        return true;
      }
    },
    keeping: {
      keepDraft: async (draft) => void host.drafts.set(draft.key, draft),
      dropDraft: async (key) => void host.drafts.delete(key),
      leftDrafts: async () => ({
        drafts: [...host.drafts.values()],
        ...(host.draftsNotice !== undefined && { notice: host.draftsNotice })
      }),
      keepVersion: async (name, bytes) => void host.versions.set(name, [bytes, ...(host.versions.get(name) ?? [])]),
      versions: async (name) => (host.versions.get(name) ?? []).map((bytes, at) => ({ id: `${at}`, at, size: bytes.length })),
      version: async (name, id) => host.versions.get(name)![Number(id)]!,
      readSettings: async () => host.settings,
      writeSettings: async (changes) =>
        void (host.settings = { text: JSON.stringify({ ...JSON.parse(host.settings.text ?? '{}'), ...JSON.parse(changes) }) }),
      readRuns: async (key) => host.runs.get(key) ?? null,
      writeRuns: async (key, text) => void host.runs.set(key, text),
      log: async (message) => void host.log.push(message),
      report: async () => host.log.join('\n')
    },
    pickFiles: async () => host.picks,
    onTrainProgress: (listener) => host.progress.on(listener),
    onEngineState: (listener) => host.states.on(listener),
    onFailure: (listener) => host.failures.on(listener),
    onCommand: (listener) => host.commands.on(listener),
    onOpenFile: (listener) => host.opened.on(listener),
    setUnsaved: (unsaved) => void (host.unsaved = unsaved),
    setRebound: () => undefined
  };
  return host;
}
