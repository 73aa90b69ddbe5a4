/** Picture files of any kind that is read, told apart by how they begin and not by their names. */
import { EngineError } from '../base/errors';
import { isJpeg, readJpeg } from './jpeg';
import { isNetpbm, readNetpbm } from './netpbm';
import type { Image } from './pixels';
import { isPng, readPng } from './png';

export { resizeImage, toColor, toGray, type Image } from './pixels';

/**
 * The picture in a PNG, JPEG, PGM or PPM file, with 8 bits a sample; where it is transparent, white shows through as on
 * paper. `name` is for messages. Throws EngineError `bad-image` for all else, before memory is taken for sizes that are too
 * large or that the file cannot have.
 */
export function decodeImage(bytes: Uint8Array, name: string): Image {
  const refuse = (message: string): EngineError =>
    new EngineError({
      code: 'bad-image',
      message: `${name}: ${message}`,
      hint: 'save it again as PNG or JPEG, or remove it from the folder'
    });
  if (isPng(bytes)) return readPng(bytes, refuse);
  if (isJpeg(bytes)) return readJpeg(bytes, refuse);
  if (isNetpbm(bytes)) return readNetpbm(bytes, refuse);
  throw refuse('this is no PNG, JPEG, PGM (P5) or PPM (P6) file');
}
