// The two channels between pages and this process: calls, and a port of updates for each subscription. A message that is not a page's
// of ours gets no answer that says anything.
import type { AnyCall } from '../host/checked-calls.ts';
import type { Deliver } from '../host/state-mirror.ts';
import { TAKEN } from '../shared/ipc-protocol.ts';
import type { DesktopUpdate } from '../shared/state.ts';
import { isTrusted } from './sender.ts';
import type { Sender } from './sender.ts';

export interface PageLinkOptions {
  readonly isWindow: (id: number) => boolean;
  readonly callOf: (windowId: number) => AnyCall;
  readonly subscribe: (deliver: Deliver) => () => void;
}

/** One end of a channel to a page. */
export interface UpdatePort {
  readonly post: (update: DesktopUpdate) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly onClose: (listener: () => void) => void;
  readonly close: () => void;
}

/** One window has one page, which subscribes once; a page in a loop must not fill our memory. */
const MOST_SUBSCRIPTIONS = 8;
const NOT_OURS = {
  ok: false,
  error: { kind: 'not-permitted', text: 'This page may not ask for anything.', remedy: '' },
} as const;

export class PageLink {
  readonly #options: PageLinkOptions;
  readonly #subscriptions = new Map<number, number>();

  constructor(options: PageLinkOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  call(sender: Sender, name: unknown, argument: unknown): ReturnType<AnyCall> {
    const { isWindow, callOf } = this.#options;
    if (!isTrusted(sender, isWindow)) return Promise.resolve(NOT_OURS);
    return callOf(sender.senderId)(String(name), argument);
  }

  /** Sends updates until the page closes its end, one at a time: the next one when the page has taken the last. */
  follow(sender: Sender, port: UpdatePort): void {
    const { senderId } = sender;
    const { isWindow, subscribe } = this.#options;
    const open = this.#subscriptions.get(senderId) ?? 0;
    if (!isTrusted(sender, isWindow) || open >= MOST_SUBSCRIPTIONS) return port.close();
    this.#subscriptions.set(senderId, open + 1);
    const stream = new UpdateStream(port);
    const leave = subscribe((update) => stream.send(update));
    port.onClose(() => {
      leave();
      stream.end();
      this.#forget(senderId);
    });
  }

  #forget(senderId: number): void {
    const left = (this.#subscriptions.get(senderId) ?? 1) - 1;
    if (left > 0) this.#subscriptions.set(senderId, left);
    else this.#subscriptions.delete(senderId);
  }
}

class UpdateStream {
  readonly #port: UpdatePort;
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(port: UpdatePort) {
    this.#port = port;
    port.onMessage((message) => {
      if (message === TAKEN) this.#waiting?.resolve();
    });
  }

  send(update: DesktopUpdate): Promise<void> {
    this.#waiting = Promise.withResolvers();
    this.#port.post(update);
    return this.#waiting.promise;
  }

  /** Whoever waits for the page waits no longer. */
  end(): void {
    this.#waiting?.reject(new Error('the page is gone'));
  }
}
