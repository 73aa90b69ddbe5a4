/** A folder of images by class, as torchvision's ImageFolder: the folder that an image lies in is its class. */
import { EngineError } from '../base/errors';
import { decodeImage, resizeImage, toColor, toGray, type Image } from './images';

/** Files by path, with slashes; each is read when it is called for. */
export type Files = ReadonlyMap<string, () => Uint8Array>;

export interface ImageItem {
  readonly path: string;
  /** Index into the classes. */
  readonly class: number;
}

export interface ImageFolder {
  /** Names of folders, in order; whole numbers in the order of numbers, so that 0 … k − 1 are their own indices. */
  readonly classes: readonly string[];
  /** In the order of their paths' bytes. */
  readonly items: readonly ImageItem[];
  /** Files that are neither hidden nor images in a folder. */
  readonly ignored: number;
}

export interface ImageFormat {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

const IMAGE = /\.(?:png|jpe?g|pgm|ppm|pnm)$/i;
/** What systems leave behind: names that begin with a dot, and the folder that macOS puts into archives. */
const HIDDEN = /(?:^|\/)(?:\.|__MACOSX\/)/;

/**
 * The images among `files` with their classes, told by name; none is read. Where all lie in one folder with further folders
 * in it, the classes are the inner ones. An image that is in no folder has no class and is ignored.
 */
export function readImageFolder(files: Files): ImageFolder {
  const visible = [...files.keys()].filter((path) => !HIDDEN.test(path));
  const paths = visible.filter((path) => IMAGE.test(path)).sort(byBytes);
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  let level = 0;
  while (folders.length > 0 && folders.every((folder) => folder.length > level + 1 && folder[level] === folders[0]![level])) level++;
  const names = new Set(folders.map((folder) => folder[level]).filter((name) => name !== undefined));
  const classes = [...names].sort([...names].every((name) => /^\d{1,15}$/.test(name)) ? (a, b) => Number(a) - Number(b) : byBytes);
  const indices = new Map(classes.map((name, index) => [name, index]));
  const items = paths.flatMap((path, at) => {
    const index = indices.get(folders[at]![level] ?? '');
    return index === undefined ? [] : [{ path, class: index }];
  });
  return { classes, items, ignored: visible.length - items.length };
}

/**
 * Pixels of the images [items, channels, height, width], 0 to 255. Throws EngineError `bad-image` naming the first file that
 * is no image, and how many others are none.
 */
export function readImages(files: Files, items: readonly ImageItem[], { width, height, channels }: ImageFormat): Uint8Array {
  const pixels = width * height;
  const data = new Uint8Array(items.length * channels * pixels);
  const failures: EngineError[] = [];
  for (const [index, { path }] of items.entries()) {
    const image = attempt(() => decodeImage(files.get(path)!(), path), failures);
    if (!image || failures.length > 0) continue;
    // Grey first: a third of the work, and the same but for rounding.
    const { data: whole } = resizeImage(channels === 1 ? toGray(image) : toColor(image), width, height);
    const start = index * channels * pixels;
    for (let at = 0; at < whole.length; at++) data[start + (at % channels) * pixels + Math.floor(at / channels)] = whole[at]!;
  }
  const [first] = failures;
  if (!first) return data;
  const { message, ...rest } = first.diagnostics[0]!;
  const others = failures.length - 1;
  throw new EngineError({ ...rest, message: others > 0 ? `${message} (and ${others} more like it)` : message });
}

function attempt(decode: () => Image, failures: EngineError[]): Image | undefined {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'bad-image') throw error;
    failures.push(error);
    return undefined;
  }
}

/** The order of the texts' UTF-8 bytes, in which a surrogate pair comes after every single unit. */
function byBytes(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  for (let at = 0; at < most; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
