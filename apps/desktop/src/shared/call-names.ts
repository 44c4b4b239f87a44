// The names of the contract's calls without their schemas: what a preload or a page needs to pass calls on.
import type { CallName } from './desktop-api.ts';
import type { WindowCallName } from './window-contract.ts';

const NAMES: Readonly<Record<CallName, true>> = {
  getState: true,
  decide: true,
  undo: true,
  dismissPrompts: true,
  putRule: true,
  deleteRule: true,
  setRuleEnabled: true,
  exportRules: true,
  readRules: true,
  listRuleUses: true,
  explain: true,
  listHistory: true,
  readTraffic: true,
  describeApps: true,
  listUsers: true,
  setMode: true,
  getStatus: true,
  setPreferences: true,
};

export const CALL_NAMES: readonly CallName[] = Object.keys(NAMES) as CallName[];

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(NAMES, name);
}

const WINDOW_NAMES: Readonly<Record<WindowCallName, true>> = {
  getShell: true,
  putWindowAside: true,
  closeWindow: true,
  openMainWindow: true,
  openPromptWindow: true,
  setAutostart: true,
};

export const WINDOW_CALL_NAMES: readonly WindowCallName[] = Object.keys(WINDOW_NAMES) as WindowCallName[];

export function isWindowCallName(name: string): name is WindowCallName {
  return Object.hasOwn(WINDOW_NAMES, name);
}
