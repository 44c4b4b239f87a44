// A front end that watches what flows carry.
import type { FirewallClient, FlowTraffic } from '@sallyport/proto';
import { waitFor } from '../lab/commands.ts';

export class TrafficWatch {
  readonly #end = new AbortController();
  readonly #flows = new Map<string, FlowTraffic>();
  readonly #ended: Promise<void>;
  reports = 0;

  constructor(client: FirewallClient) {
    this.#ended = this.#follow(client);
  }

  /** Flows of an App as they were told last, those that have ended too. */
  of(app: string): readonly FlowTraffic[] {
    return [...this.#flows.values()].filter((flow) => flow.app === app);
  }

  /** The only flow of a process, as soon as it is told so. */
  async flow(pid: number, isIt: (flow: FlowTraffic) => boolean): Promise<FlowTraffic> {
    const find = (): FlowTraffic | undefined =>
      [...this.#flows.values()].find((flow) => flow.pid === pid && isIt(flow));
    await waitFor(`the flow of process ${pid} to be told so`, () => find() !== undefined, 10_000);
    const flow = find();
    if (flow === undefined) throw new Error(`the flow of process ${pid} is told otherwise again`);
    return flow;
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#ended;
  }

  async #follow(client: FirewallClient): Promise<void> {
    for await (const update of client.watch({ traffic: true, signal: this.#end.signal })) {
      if (update.kind !== 'event' || update.event.event !== 'traffic') continue;
      this.reports += 1;
      for (const flow of update.event.traffic.flows) this.#flows.set(flow.id, flow);
    }
  }
}
