// Explain on the wire: the question and its answer.
import type * as Wire from '@sallyport/proto';
import { NO_ADDRESS } from '../../domain/address.ts';
import { PACKET } from '../../domain/flow-key.ts';
import type { ExplainQuery, Explanation } from '../ports.ts';
import { DIRECTIONS } from './enums.ts';
import { readEnum, readPort, readUid } from './field.ts';
import { readAddress, readAppId, readProtocol } from './network.ts';
import { writeRule } from './rule.ts';

/** Throws an InvalidField. Without a uid the client's own is meant. */
export function readExplainQuery(request: Wire.ExplainRequest, clientUid: number): ExplainQuery {
  return {
    app: readAppId('app', request.app),
    uid: request.uid === undefined ? clientUid : readUid('uid', request.uid),
    direction: readEnum('direction', request.direction, DIRECTIONS),
    protocol: readProtocol('protocol', request.protocol),
    address: request.protocol === PACKET ? NO_ADDRESS : readAddress('address', request.address),
    port: readPort('port', request.port),
  };
}

export function writeExplanation(explanation: Explanation): Wire.ExplainResponse {
  return {
    outcome: explanation.outcome,
    rule: explanation.rule && writeRule(explanation.rule),
    beaten: explanation.beaten.map(({ rule, beatenBy }) => ({ rule: writeRule(rule), beatenBy })),
    consultedFields: explanation.consultedFields,
    text: explanation.text,
  };
}
