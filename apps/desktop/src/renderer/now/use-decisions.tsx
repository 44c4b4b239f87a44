// What would be decided now, in components: one memory for the page, which forgets when rules or mode change.
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { ExplainQuery } from '../../shared/desktop-api.ts';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import { Decisions } from './decisions.ts';
import type { Decided } from './decisions.ts';
import type { NowApp, NowEndpoint } from './now-parts.ts';

const DecisionsContext = createContext<Decisions | undefined>(undefined);

export function DecisionsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { api } = useDesktop();
  const [decisions] = useState(() => new Decisions((query) => api.explain(query)));
  const rules = useDesktopPart((state) => state.rules);
  const mode = useDesktopPart((state) => state.mode);
  useEffect(() => decisions.rulesChanged(), [decisions, rules, mode]);
  return <DecisionsContext value={decisions}>{children}</DecisionsContext>;
}

/** `mixed`: the rules differ from one endpoint to the next. */
export type DecidedInAll = Decided | 'mixed';

/** For more than this an App is judged by those that came last. */
const MOST_ENDPOINTS = 8;

export function useDecidedOfApp(app: NowApp): DecidedInAll | undefined {
  const decided = useDecided(latestQueries(app));
  const known = new Set(decided.filter((one) => one !== undefined));
  if (known.size > 1) return 'mixed';
  return [...known][0];
}

export function useDecidedOfEndpoint(endpoint: NowEndpoint): Decided | undefined {
  return useDecided([queryOf(endpoint)])[0];
}

function latestQueries({ endpoints }: NowApp): readonly ExplainQuery[] {
  const queries: ExplainQuery[] = [];
  let left = endpoints.size;
  for (const endpoint of endpoints.values()) if (left-- <= MOST_ENDPOINTS) queries.push(queryOf(endpoint));
  return queries;
}

const queries = new WeakMap<NowEndpoint, ExplainQuery>();

/** The same question each time, as long as it is one. */
function queryOf(endpoint: NowEndpoint): ExplainQuery {
  const { app, uid, direction, protocol, address, port } = endpoint;
  const known = queries.get(endpoint);
  if (known?.uid === uid) return known;
  const query = { app: app.id, uid, direction, protocol, address, port };
  queries.set(endpoint, query);
  return query;
}

function useDecided(wanted: readonly ExplainQuery[]): readonly (Decided | undefined)[] {
  const decisions = use(DecisionsContext);
  if (decisions === undefined) throw new Error('a row of Now is used outside of <DecisionsProvider>');
  // A row is drawn anew when one of its own answers is another one.
  useSyncExternalStore(decisions.subscribe, () => {
    const decided = wanted.map((query) => decisions.of(query));
    return [decisions.rules, ...decided].join();
  });
  // Rows are drawn again every second, and a question that was asked is not asked again.
  useEffect(() => decisions.want(wanted));
  return wanted.map((query) => decisions.of(query));
}
