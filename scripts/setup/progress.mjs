// One calm line for each step that was done. Everything goes to stderr: stdout belongs to the program that is started.

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** A duration as a person reads it: "0.4 s", "34 s", "2 min 5 s". */
export function durationText(durationMs) {
  const seconds = durationMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * A line that opens at the first `begin()` and closes with the time that the step took; a step that found nothing to do
 * prints nothing. In verbose mode the command's own output stands between the two.
 */
export function stepLine(title, verbose) {
  const startedMs = Date.now();
  const isTerminal = process.stderr.isTTY === true && !verbose;
  let begun = false;
  return {
    begin() {
      if (begun) return;
      begun = true;
      if (isTerminal) process.stderr.write(`${title} … `);
      else say(verbose ? title : `${title} …`);
    },
    end() {
      const took = durationText(Date.now() - startedMs);
      if (begun) say(isTerminal ? took : `${title}: ${took}`);
      else if (verbose) say(`${title}: nothing to do`);
    },
    fail() {
      if (begun && isTerminal) say('failed');
    },
  };
}
