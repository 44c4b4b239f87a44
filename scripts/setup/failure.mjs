// What setup reports where it cannot go on: what was tried, what happened, what to do.

export class SetupFailure extends Error {
  /** `happened` and `remedy` are whole texts and may have several lines. */
  constructor(tried, { happened, remedy }) {
    super([tried, happened, remedy].filter(Boolean).join('\n'));
    this.name = 'SetupFailure';
  }
}

/** Runs a script's body; a SetupFailure becomes a message and exit code 1, anything else is a fault of ours and keeps its stack. */
export async function orExplain(body) {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}
