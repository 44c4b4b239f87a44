// Times of a busy machine: other processes take the processor at times, which only adds. The quietest of a few rounds counts.

const ROUNDS = 3;

/** Measures until a round keeps what it should, a few times at most. Returns all rounds, the last one in front. */
export async function roundsUntil<Round>(
  keeps: (round: Round) => boolean,
  measure: () => Promise<Round>,
): Promise<readonly [Round, ...Round[]]> {
  const rounds: [Round, ...Round[]] = [await measure()];
  while (!keeps(rounds[0]) && rounds.length < ROUNDS) rounds.unshift(await measure());
  return rounds;
}
