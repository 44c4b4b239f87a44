// NowView: which Apps, endpoints and flows are shown for a search and a time span, and the rows of what is unfolded. Pure; flows are
// looked at one by one only where the search or the span asks for it.
import { STEPS, stepOf } from './activity.ts';
import type { NowModel } from './now-model.ts';
import type { NowApp, NowEndpoint, NowFlow } from './now-parts.ts';
import type { NowFinder } from './now-search.ts';

/** Whole steps, both included. */
export interface Span {
  readonly fromStep: number;
  readonly toStep: number;
}

export type NowRow =
  | { readonly kind: 'app'; readonly key: string; readonly shown: ShownApp; readonly isOpen: boolean }
  | {
      readonly kind: 'endpoint';
      readonly key: string;
      readonly endpoint: NowEndpoint;
      readonly isOpen: boolean;
    }
  | { readonly kind: 'flow'; readonly key: string; readonly flow: NowFlow };

export interface ShownApp {
  readonly app: NowApp;
  readonly endpointCount: number;
  /** What it carried, or did, in the span: the order of the list. */
  readonly weight: number;
}

export interface ViewOptions {
  readonly finder: NowFinder;
  readonly span: Span | undefined;
  readonly nowMs: number;
}

/** The busiest first; Apps of the same weight by name. */
export function shownApps(model: NowModel, options: ViewOptions): readonly ShownApp[] {
  const shown: ShownApp[] = [];
  for (const app of model.apps.values()) {
    const endpointCount = countEndpoints(app, options);
    if (endpointCount > 0) shown.push({ app, endpointCount, weight: weightOf(app, model, options) });
  }
  return shown.sort((left, right) => right.weight - left.weight || (left.app.id < right.app.id ? -1 : 1));
}

/** What was shown keeps its place, and what is new comes last: nothing moves under a pointer. */
export function inOrderOf(before: readonly string[], shown: readonly ShownApp[]): readonly ShownApp[] {
  const places = new Map(before.map((id, place) => [id, place]));
  const placeOf = ({ app }: ShownApp): number => places.get(app.id) ?? before.length;
  return [...shown].sort((left, right) => placeOf(left) - placeOf(right));
}

export function wholeWindow(nowMs: number): Span {
  const toStep = stepOf(nowMs);
  return { fromStep: toStep - STEPS + 1, toStep };
}

function weightOf({ activity }: NowApp, model: NowModel, { span, nowMs }: ViewOptions): number {
  const { fromStep, toStep } = span ?? wholeWindow(nowMs);
  const [first, second] = model.isCounted
    ? (['bytesOut', 'bytesIn'] as const)
    : (['flows', 'refusals'] as const);
  const sum = activity.sum(first, fromStep, toStep) + activity.sum(second, fromStep, toStep);
  // In halves of powers of two: Apps that do about the same do not change places all the time.
  return sum > 0
    ? 1 + Math.floor(2 * Math.log2(sum))
    : activity.sum('refusals', fromStep, toStep) > 0
      ? 1
      : 0;
}

function countEndpoints(app: NowApp, options: ViewOptions): number {
  if (isAll(options)) return app.endpoints.size;
  let count = 0;
  for (const endpoint of app.endpoints.values()) if (isEndpointShown(endpoint, options)) count += 1;
  return count;
}

/** The newest first. */
function shownEndpoints(app: NowApp, options: ViewOptions): readonly NowEndpoint[] {
  const endpoints = [...app.endpoints.values()].reverse();
  return isAll(options) ? endpoints : endpoints.filter((endpoint) => isEndpointShown(endpoint, options));
}

function isAll({ finder, span }: ViewOptions): boolean {
  return finder.isAll && span === undefined;
}

function isEndpointShown(endpoint: NowEndpoint, options: ViewOptions): boolean {
  return options.finder.endpoint(endpoint) && hasShownFlow(endpoint, options);
}

function hasShownFlow(endpoint: NowEndpoint, { finder, span }: ViewOptions): boolean {
  if (finder.flow === undefined && span === undefined) return true;
  for (const flow of endpoint.flows.values()) if (isShown(flow, finder, span)) return true;
  return false;
}

function isShown(flow: NowFlow, { flow: finds }: NowFinder, span: Span | undefined): boolean {
  if (finds?.(flow) === false) return false;
  if (span === undefined) return true;
  return stepOf(flow.startedAtMs) <= span.toStep && stepOf(flow.lastAtMs) >= span.fromStep;
}

/** The newest first. */
function shownFlows(endpoint: NowEndpoint, { finder, span }: ViewOptions): readonly NowFlow[] {
  const flows = [...endpoint.flows.values()].reverse();
  const isWhole = finder.flow === undefined && span === undefined;
  return isWhole ? flows : flows.filter((flow) => isShown(flow, finder, span));
}

export function endpointKey(endpoint: NowEndpoint): string {
  return `${endpoint.app.id}\n${endpoint.key}`;
}

/** A run of rows of one kind; a run of flows can be long, so that its rows are made when they are asked for. */
interface Run {
  readonly start: number;
  readonly count: number;
  readonly row: (index: number) => NowRow | undefined;
}

/** The rows by number, for a list that shows a few of them. */
export class NowRows {
  readonly #runs: Run[] = [];
  count = 0;

  constructor(apps: readonly ShownApp[], open: ReadonlySet<string>, options: ViewOptions) {
    for (const shown of apps) {
      const isOpen = open.has(shown.app.id);
      this.#add(1, () => ({ kind: 'app', key: shown.app.id, shown, isOpen }));
      if (!isOpen) continue;
      for (const endpoint of shownEndpoints(shown.app, options)) this.#addEndpoint(endpoint, open, options);
    }
  }

  at(index: number): NowRow | undefined {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#runs[middle]?.start ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const run = this.#runs[low];
    return run === undefined || index >= run.start + run.count ? undefined : run.row(index - run.start);
  }

  #addEndpoint(endpoint: NowEndpoint, open: ReadonlySet<string>, options: ViewOptions): void {
    const key = endpointKey(endpoint);
    const isOpen = open.has(key);
    this.#add(1, () => ({ kind: 'endpoint', key, endpoint, isOpen }));
    if (!isOpen) return;
    const flows = shownFlows(endpoint, options);
    this.#add(flows.length, (index) => {
      const flow = flows[index];
      return flow && { kind: 'flow', key: `${key}\n${flow.local}`, flow };
    });
  }

  #add(count: number, row: Run['row']): void {
    if (count === 0) return;
    this.#runs.push({ start: this.count, count, row });
    this.count += count;
  }
}
