// Kprobes are in few kernels of build machines and in every one of a distribution: what they see and miss is tried in a guest.
import { describe } from 'node:test';
import { checkCases } from '../attribution/suite-cases.ts';
import { needsGuest } from './modules.ts';

describe('in a guest', { skip: needsGuest }, () => checkCases({ correlator: 'kprobe', runs: 12 }));
