// What of the ladder of correlators takes a kernel with all its parts: kprobes, and queueing by nftables alone.
import { describe } from 'node:test';
import { checkRung } from '../kernel/ladder-checks.ts';
import { needsGuest } from './modules.ts';

describe('in a guest', { skip: needsGuest }, () => {
  checkRung('kprobe', 'nftables');
  checkRung('sock-ops', 'nftables');
});
