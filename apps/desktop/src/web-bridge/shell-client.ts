// ShellClient: requests to the web shell. The session stands before the first of them is sent.
import { API_CONTENT_TYPE, CALL_PATH, SESSION_PATH, UPDATES_PATH } from '../shared/web-protocol.ts';
import type { Outcome } from '../shared/desktop-api.ts';
import { failureOf, SHELL_AWAY } from './failures.ts';

/** The browser's fetch, as far as it is used. */
export type Fetch = (path: string, options: FetchOptions) => Promise<Response>;

export interface FetchOptions {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
}

export interface ShellClientOptions {
  readonly fetch: Fetch;
  /** Of the page's address; without one the cookie of an earlier page counts. */
  readonly token: string | undefined;
}

export class ShellClient {
  readonly #fetch: Fetch;
  readonly #ready: Promise<unknown>;

  constructor({ fetch, token }: ShellClientOptions) {
    this.#fetch = fetch;
    // A token that is refused does no harm: there may be a session already. Without one, each request says so.
    this.#ready =
      token === undefined ? Promise.resolve() : this.#send(SESSION_PATH, { token }).catch(() => undefined);
  }

  /** Never rejects. */
  async call(name: string, argument: unknown): Promise<Outcome<unknown>> {
    try {
      await this.#ready;
      const response = await this.#send(`${CALL_PATH}${name}`, argument);
      if (!response.ok) return { ok: false, error: failureOf(response.status) };
      return (await response.json()) as Outcome<unknown>;
    } catch {
      return { ok: false, error: SHELL_AWAY };
    }
  }

  /** The response of the stream of updates; rejects where nobody answers. */
  async updates(signal: AbortSignal): Promise<Response> {
    await this.#ready;
    return this.#send(UPDATES_PATH, undefined, signal);
  }

  #send(path: string, value: unknown, signal?: AbortSignal): Promise<Response> {
    return this.#fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': API_CONTENT_TYPE },
      body: value === undefined ? '' : JSON.stringify(value),
      ...(signal !== undefined && { signal }),
    });
  }
}
