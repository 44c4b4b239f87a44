// The icons that pages were told of, under names that nobody can guess, as many as fit: what was asked for longest ago goes first.
import { createHmac, randomBytes } from 'node:crypto';
import { ICON_FOLDER } from '../../shared/app-look.ts';
import type { PageFile } from '../page-files.ts';

const MOST_ICONS = 400;
const MOST_BYTES = 32 * 1024 * 1024;

export class IconShelf {
  readonly #secret = randomBytes(32);
  readonly #icons = new Map<string, PageFile>();
  #bytes = 0;

  /** Where the icon is served, beside the pages. The same bytes have the same name for as long as the host runs. */
  put(icon: PageFile): string {
    const hash = createHmac('sha256', this.#secret).update(icon.contentType).update(icon.content);
    const name = `${ICON_FOLDER}${hash.digest('base64url')}`;
    this.#remove(`/${name}`);
    this.#icons.set(`/${name}`, icon);
    this.#bytes += icon.content.length;
    for (const oldest of this.#icons.keys()) {
      if (this.#icons.size <= MOST_ICONS && this.#bytes <= MOST_BYTES) break;
      this.#remove(oldest);
    }
    return name;
  }

  /** `path` is that of a request. */
  get(path: string): PageFile | undefined {
    return this.#icons.get(path);
  }

  #remove(path: string): void {
    this.#bytes -= this.#icons.get(path)?.content.length ?? 0;
    this.#icons.delete(path);
  }
}
