/** A folder of images by class as a table with the columns `image` and `class`. */
import { EngineError } from '../base/errors';
import type { Bytes } from '../formats/bytes';
import { readImageFolder, readImages } from '../formats/imageFolder';
import { decodeImage } from '../formats/images';
import { arrayTable } from './arrayTable';
import type { Folder } from './source';
import { Spool } from './spool';
import { arrayStore } from './store';
import type { Reading, Table, Wanted } from './table';

/** Images that are decoded at once. */
const STRETCH = 256;

export function imageTable(name: string, { files }: Folder): Table {
  const open = new Map([...files].map(([path, bytes]) => [path, () => whole(bytes)]));
  const { classes, items } = readImageFolder(open);
  if (items.length === 0)
    throw new EngineError({
      code: 'bad-images',
      message: `${name}: there is no image in any folder in it`,
      hint: 'make a folder a class, with PNG, JPEG, PGM or PPM files in it'
    });
  const first = decodeImage(open.get(items[0]!.path)!(), items[0]!.path);
  return {
    kind: 'images',
    columns: [
      { name: 'image', type: 'image', shape: [1, first.height, first.width] },
      { name: 'class', type: 'array', shape: [], classes }
    ],
    read(wanted, missing): Reading | Promise<Reading> {
      const labels = {
        name: 'class',
        shape: [],
        classes,
        store: arrayStore(
          Int32Array.from(items, (item) => item.class),
          1
        )
      };
      const { size: [height, width] = [first.height, first.width], channels = 1 } = wanted.find(isPicture) ?? ({} as Wanted);
      if (!wanted.some(isPicture)) return arrayTable(name, 'images', [labels]).read(wanted, missing);
      const spool = new Spool(channels * height * width, Uint8Array);
      for (let from = 0; from < items.length; from += STRETCH)
        spool.pushAll(readImages(open, items.slice(from, from + STRETCH), { width, height, channels }));
      const images = { name: 'image', shape: [channels, height, width], store: spool.finish(), isImage: true };
      return arrayTable(name, 'images', [images, labels]).read(wanted, missing);
    }
  };
}

const isPicture = ({ columns }: Wanted): boolean => columns.some(({ name }) => name === 'image');
const whole = (bytes: Bytes): Uint8Array => bytes.read(0, bytes.size);
