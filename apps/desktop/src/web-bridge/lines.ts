// The lines of a stream of bytes, as they come. What is not read stays where it is, so that the sender waits.

/** Without the line ends; an unfinished last line is left out. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const pieces = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = pieces.pop() ?? '';
      yield* pieces;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
