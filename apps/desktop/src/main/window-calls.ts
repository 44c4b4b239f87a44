// What a page asks of its own window and of this application, checked like every other argument.
import { checkedCall } from '../host/checked-calls.ts';
import type { AnyCall } from '../host/checked-calls.ts';
import { isWindowCallName } from '../shared/call-names.ts';
import { windowContract } from '../shared/window-contract.ts';
import type { Shell, WindowCallArgument, WindowCallName } from '../shared/window-contract.ts';

/** Done for the window that asked; `windowId` is that of its web contents. */
export interface WindowCallTarget {
  readonly putAside: (windowId: number) => boolean;
  readonly close: (windowId: number) => boolean;
  readonly openMain: (page: string | undefined) => void;
  readonly openPrompt: () => void;
  readonly autostart: () => boolean;
  readonly setAutostart: (enabled: boolean) => void;
}

/** Calls of the shell are answered here, all others by the host. */
export function callOf(windowId: number, target: WindowCallTarget, hostCall: AnyCall): AnyCall {
  const handlers = handlersOf(windowId, target);
  return (name, argument) =>
    isWindowCallName(name)
      ? checkedCall({ name, schema: windowContract[name].argument, argument }, handlers[name])
      : hostCall(name, argument);
}

type Handlers = { readonly [C in WindowCallName]: (argument: WindowCallArgument<C>) => unknown };

function handlersOf(windowId: number, target: WindowCallTarget): Handlers {
  return {
    getShell: (): Shell => ({ kind: 'electron', windowCanHide: true, autostart: target.autostart() }),
    putWindowAside: () => ({ done: target.putAside(windowId) }),
    closeWindow: () => ({ done: target.close(windowId) }),
    openMainWindow: ({ page }) => done(() => target.openMain(page)),
    openPromptWindow: () => done(() => target.openPrompt()),
    setAutostart: ({ enabled }) => done(() => target.setAutostart(enabled)),
  };
}

function done(act: () => void): { readonly done: boolean } {
  act();
  return { done: true };
}
