// DesktopHost: the contract over a connection to the agent, for Electron and the web shell alike. Whatever a window sends is checked
// here, and whatever goes wrong comes back as a value.
import { connectFirewall } from '@sallyport/proto';
import type { ConnectOptions, FirewallClient } from '@sallyport/proto';
import type { DesktopCalls } from '../shared/desktop-api.ts';
import type { KeptPreferences } from '../shared/preferences.ts';
import type { DesktopState } from '../shared/state.ts';
import { AppLooks } from './app-looks/app-looks.ts';
import { lookPlaces } from './app-looks/look-places.ts';
import { AgentClient } from './agent-client.ts';
import type { AgentClientOptions } from './agent-client.ts';
import { agentCalls } from './agent-calls.ts';
import { checkedCalls } from './checked-calls.ts';
import type { AnyCall, CallHandlers } from './checked-calls.ts';
import type { PageFile } from './page-files.ts';
import { PreferencesKeeper } from './preferences-keeper.ts';
import { StateMirror } from './state-mirror.ts';
import type { Deliver } from './state-mirror.ts';
import { TrafficFollower } from './traffic-follower.ts';
import { listUsers } from './users.ts';

export interface DesktopHostOptions extends ConnectOptions {
  readonly refusedRetryMs?: AgentClientOptions['refusedRetryMs'];
  /** Absent: what a person chooses is forgotten at the end. */
  readonly preferencesFile?: string | undefined;
  /** Says where desktop entries and icons are; the process's own unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The contract's calls for whoever has them typed, and `call` for the edges, where name and argument come from a window. */
export interface DesktopHost extends DesktopCalls {
  readonly call: AnyCall;
  /** Delivers a snapshot at once, then changes; waits for what `deliver` returns. Returns what ends it. */
  readonly subscribe: (deliver: Deliver) => () => void;
  readonly state: () => DesktopState;
  /** The icon of an App at the path of a request, as `describeApps` named it. */
  readonly appIcon: (path: string) => PageFile | undefined;
  readonly stop: () => Promise<void>;
}

/** Follows the agent from now on. Nothing fails here: without an agent the state says so. */
export function startDesktopHost(options: DesktopHostOptions = {}): DesktopHost {
  const client = connectFirewall(options);
  const mirror = new StateMirror();
  const traffic = new TrafficFollower({ client });
  const looks = new AppLooks(() => lookPlaces(options.environment ?? process.env));
  const tellPreferences = (preferences: KeptPreferences): void =>
    mirror.apply([{ kind: 'preferences', preferences }]);
  const keeper = new PreferencesKeeper({ file: options.preferencesFile, onChange: tellPreferences });
  tellPreferences(keeper.now);
  const follower = new AgentClient({
    client,
    onChanges: (changes) => mirror.apply(changes),
    ...(options.refusedRetryMs !== undefined && { refusedRetryMs: options.refusedRetryMs }),
  });
  follower.start();
  return {
    ...checkedCalls(callsOf({ client, mirror, keeper, traffic, looks })),
    subscribe: (deliver) => mirror.subscribe(deliver),
    state: () => mirror.state,
    appIcon: (path) => looks.icon(path),
    stop: async () => {
      keeper.end();
      traffic.stop();
      const stopped = follower.stop();
      client.close();
      await stopped;
    },
  };
}

interface CallParts {
  readonly client: FirewallClient;
  readonly mirror: StateMirror;
  readonly keeper: PreferencesKeeper;
  readonly traffic: TrafficFollower;
  readonly looks: AppLooks;
}

function callsOf({ client, mirror, keeper, traffic, looks }: CallParts): CallHandlers {
  return {
    ...agentCalls(client),
    getState: () => Promise.resolve(mirror.state),
    readTraffic: (place) => Promise.resolve(traffic.read(place)),
    listUsers: () => listUsers(),
    describeApps: (asked) => looks.describe(asked),
    // What it throws becomes a rejection.
    setPreferences: (change) => new Promise((resolve) => resolve(keeper.change(change))),
  };
}
