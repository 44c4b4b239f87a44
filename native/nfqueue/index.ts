// The public face of the nfqueue addon: Linux NFQUEUE for Node. Its one importer is the agent's capture folder.
export { NfqueueError } from './errors.ts';
export type { KernelStats } from './kernelStats.ts';
export type { QueueOptions, VerdictError } from './options.ts';
export type { Packet } from './packet.ts';
export { openQueue } from './queue.ts';
export type { PacketsListener, Queue, QueueStats, VerdictName, VerdictOptions } from './queue.ts';
