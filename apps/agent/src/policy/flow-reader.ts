// FlowReader: reads a subject's fields once each, and remembers which were looked at.
import type { AppId } from '../domain/app.ts';
import type { Direction, Protocol } from '../domain/flow-key.ts';
import type { ProcessInstance } from '../domain/owner.ts';
import { FIELD } from './flow-subject.ts';
import type { FlowProcess, FlowSubject } from './flow-subject.ts';
import { parseAddress } from './prefix.ts';
import type { ParsedAddress } from './prefix.ts';

export class FlowReader {
  /** Mask of the fields read so far. */
  consulted = 0;
  readonly #subject: FlowSubject;
  #app: AppId | undefined;
  #container: string | undefined;
  #direction: Direction = 'out';
  #uid: number | undefined;
  #protocol: Protocol = 'tcp';
  #address: ParsedAddress | undefined;
  #port = 0;
  #processInstance: FlowProcess | undefined;
  #lineage: readonly ProcessInstance[] | undefined;

  constructor(subject: FlowSubject) {
    this.#subject = subject;
  }

  /** No field: it is fixed before the first rule is looked at, and what the kernel knows are flows alone. */
  get isPacketSocket(): boolean {
    return this.#subject.isPacketSocket === true;
  }

  app(): AppId | undefined {
    if (this.#isFirst(FIELD.app)) this.#app = this.#subject.app();
    return this.#app;
  }

  container(): string | undefined {
    if (this.#isFirst(FIELD.container)) this.#container = this.#subject.container();
    return this.#container;
  }

  direction(): Direction {
    if (this.#isFirst(FIELD.direction)) this.#direction = this.#subject.direction();
    return this.#direction;
  }

  uid(): number | undefined {
    if (this.#isFirst(FIELD.uid)) this.#uid = this.#subject.uid();
    return this.#uid;
  }

  protocol(): Protocol {
    if (this.#isFirst(FIELD.protocol)) this.#protocol = this.#subject.protocol();
    return this.#protocol;
  }

  address(): ParsedAddress {
    this.consulted |= FIELD.address;
    this.#address ??= parseAddress(this.#subject.address());
    return this.#address;
  }

  port(): number {
    if (this.#isFirst(FIELD.port)) this.#port = this.#subject.port();
    return this.#port;
  }

  processInstance(): FlowProcess | undefined {
    if (this.#isFirst(FIELD.processInstance)) this.#processInstance = this.#subject.processInstance();
    return this.#processInstance;
  }

  lineage(): readonly ProcessInstance[] | undefined {
    if (this.#isFirst(FIELD.lineage)) this.#lineage = this.#subject.lineage();
    return this.#lineage;
  }

  #isFirst(field: number): boolean {
    if ((this.consulted & field) !== 0) return false;
    this.consulted |= field;
    return true;
  }
}
