// How often a front end that crashes is started again: so many times in a window, then no more.

export class RestartBudget {
  #limit;
  #windowMs;
  #restartsMs = [];

  constructor({ limit, windowMs }) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** True, and counted, where one more restart at `nowMs` stays within the limit. */
  take(nowMs) {
    this.#restartsMs = this.#restartsMs.filter((atMs) => nowMs - atMs < this.#windowMs);
    if (this.#restartsMs.length >= this.#limit) return false;
    this.#restartsMs.push(nowMs);
    return true;
  }
}
