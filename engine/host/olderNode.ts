/** What libraries and we take for granted, and Node 16, which is in Electron 22, keeps elsewhere or lacks. */
import os from 'node:os';
import { ReadableStream, TransformStream, WritableStream } from 'node:stream/web';
import '../base/olderArrays';

const known = globalThis as Record<string, unknown>;
known['ReadableStream'] ??= ReadableStream;
known['TransformStream'] ??= TransformStream;
known['WritableStream'] ??= WritableStream;
(os as Partial<typeof os>).availableParallelism ??= () => os.cpus().length;
