// One attachment of a program to its hook.
import { closeSync, readSync } from 'node:fs';
import { check, checkNumber } from './errors.ts';
import type { Attempt } from './errors.ts';
import { native } from './native.ts';
import type { NativeLink, Status } from './native.ts';

// An attachment must never end because nobody kept a reference to it: only detach, close and the end of the process end it.
const openLinks = new Set<BpfLink>();

export class BpfLink {
  readonly #native: NativeLink;
  readonly #onClosed: (() => void) | undefined;
  #pinned = false;

  /** @internal */
  constructor(link: NativeLink, options: { readonly onClosed?: () => void; readonly pinned?: boolean } = {}) {
    this.#native = link;
    this.#onClosed = options.onClosed;
    this.#pinned = options.pinned ?? false;
    openLinks.add(this);
  }

  get fd(): number {
    return this.#native.fd();
  }

  /** Keeps the attachment beyond the process, until `unpin(path)` or `detach()`. `path` must be on a bpffs. */
  pin(path: string): void {
    checkNumber(this.#native.pin(path), { operation: 'linkPin', tried: `pin the attachment at ${path}` });
    this.#pinned = true;
  }

  /** Ends the attachment, pinned or not. Does nothing the second time. */
  detach(): void {
    if (this.#pinned && openLinks.has(this)) this.#native.unpin();
    this.close();
  }

  /** Lets go of the attachment: it ends, unless it is pinned. Does nothing the second time. */
  close(): void {
    if (!openLinks.delete(this)) return;
    this.#native.close();
    this.#onClosed?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  protected createIterator(): number {
    return this.#native.createIterator();
  }
}

/** The attachment of an iterator program: each `readAll` runs the program over all that the kernel has of its kind. */
export class BpfIterator extends BpfLink {
  readAll(): Buffer {
    const attempt: Attempt = { operation: 'iterator', tried: 'read a BPF iterator' };
    const fd = checkNumber(this.createIterator(), attempt);
    try {
      return readToEnd(fd);
    } finally {
      closeSync(fd);
    }
  }
}

function readToEnd(fd: number): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    // The kernel gives at most 8 pages for each read of an iterator.
    const chunk = Buffer.allocUnsafe(32768);
    const length = readSync(fd, chunk);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
  }
}

/** Takes over an attachment that an earlier process pinned. */
export function openPinnedLink(path: string): BpfLink {
  const answer: NativeLink | Status = native.openPinnedLink(path);
  const link = check(answer, { operation: 'linkOpen', tried: `open the pinned attachment ${path}` });
  return new BpfLink(link, { pinned: true });
}
