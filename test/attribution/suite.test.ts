import { checkCases } from './suite-cases.ts';

checkCases({ correlator: 'auto', runs: 8 });
