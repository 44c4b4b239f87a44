// How much longer than on usual hardware things may take here: test/vm sets it for machines that are emulated.

const SLOWNESS = Number(process.env['SALLYPORT_SLOWNESS'] ?? 1);

/** A time limit of a test, as long as this machine needs it. */
export function atThisPaceMs(usualMs: number): number {
  return usualMs * SLOWNESS;
}
