/** The picture of an architecture as an SVG file: modules from left to right, each arrow from who needs to what is needed. */
import type { ContractPicture } from '#contracts';
import { drawPicture, PICTURE_STYLE } from './picture.ts';

/** Equal pictures give equal text. Holds no script, no link, no font; follows the reader's choice of light or dark. */
export function renderSvg(picture: ContractPicture): string {
  const { width, height, markup } = drawPicture(picture);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" class="picture"><style>${PICTURE_STYLE}</style>${markup}</svg>\n`;
}
