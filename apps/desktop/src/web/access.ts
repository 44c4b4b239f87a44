// Access: who may use the API. A token that was shown to the person is exchanged once for a session, and a session ends when
// nobody uses it. Pure but for randomness: time comes in.
import { randomBytes } from 'node:crypto';
import { isSecret, newSecret } from './secret.ts';

export const TOKEN_LIFETIME_MS = 60_000;
export const SESSION_IDLE_MS = 30 * 60_000;
const MOST_TOKENS = 4;
const MOST_SESSIONS = 8;
export const MOST_STREAMS = 4;
export const MOST_CALLS = 16;

export interface Session {
  readonly hash: Buffer;
  usedAtMs: number;
  /** Streams of updates and calls that are under way. */
  streams: number;
  calls: number;
  /** Called when the session ends, so that its streams end too. */
  readonly ended: AbortController;
}

interface Token {
  readonly hash: Buffer;
  readonly untilMs: number;
}

export class Access {
  /** Cookies know no ports: the name is this shell's own, so that two shells of one browser do not overwrite each other's. */
  readonly cookieName = `sallyport-${randomBytes(8).toString('hex')}`;
  #tokens: readonly Token[] = [];
  #sessions: readonly Session[] = [];

  get sessions(): number {
    return this.#sessions.length;
  }

  /** A new one-time token. The oldest of those that nobody used is forgotten where there are too many. */
  newToken(nowMs: number): { readonly token: string; readonly untilMs: number } {
    const { text, hash } = newSecret();
    const untilMs = nowMs + TOKEN_LIFETIME_MS;
    this.#tokens = [...this.#tokens, { hash, untilMs }].slice(-MOST_TOKENS);
    return { token: text, untilMs };
  }

  /** The secret of a new session, or undefined where the token is wrong, used or too old. */
  exchange(token: string, nowMs: number): string | undefined {
    this.endIdle(nowMs);
    const fresh = this.#tokens.filter(({ untilMs }) => nowMs < untilMs);
    const matching = fresh.filter(({ hash }) => isSecret(token, hash));
    this.#tokens = fresh.filter((one) => !matching.includes(one));
    if (matching.length === 0) return undefined;
    this.#makeRoom();
    const { text, hash } = newSecret();
    const session = { hash, usedAtMs: nowMs, streams: 0, calls: 0, ended: new AbortController() };
    this.#sessions = [...this.#sessions, session];
    return text;
  }

  /** The session of a `Cookie` header, marked as used. */
  sessionOf(cookies: string, nowMs: number): Session | undefined {
    this.endIdle(nowMs);
    const secret = cookieValue(cookies, this.cookieName);
    if (secret === undefined) return undefined;
    const [session] = this.#sessions.filter(({ hash }) => isSecret(secret, hash));
    if (session !== undefined) session.usedAtMs = nowMs;
    return session;
  }

  /** Ends sessions that have no page and were not used for long. */
  endIdle(nowMs: number): void {
    this.#end(this.#sessions.filter((one) => !isBusy(one) && nowMs - one.usedAtMs >= SESSION_IDLE_MS));
  }

  endAll(): void {
    this.#end(this.#sessions);
    this.#tokens = [];
  }

  /** The person has just asked for this session: the one that is unused for longest goes. */
  #makeRoom(): void {
    if (this.#sessions.length < MOST_SESSIONS) return;
    const ranked = this.#sessions.toSorted(
      (left, right) => Number(isBusy(left)) - Number(isBusy(right)) || left.usedAtMs - right.usedAtMs,
    );
    this.#end(ranked.slice(0, 1));
  }

  #end(sessions: readonly Session[]): void {
    this.#sessions = this.#sessions.filter((session) => !sessions.includes(session));
    for (const session of sessions) session.ended.abort();
  }
}

function isBusy({ streams, calls }: Session): boolean {
  return streams > 0 || calls > 0;
}

/** A name that stands there twice has no value: somebody has slipped one in. */
function cookieValue(cookies: string, name: string): string | undefined {
  const values = cookies
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
