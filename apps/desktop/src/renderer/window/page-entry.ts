// PageEntry: what the main window must know of a page. Each page is a folder of its own with one entry.
import type { ComponentType } from 'react';
import type { DesktopState } from '../../shared/state.ts';
import type { IconName } from '../design/icon.tsx';
import type { MessageId } from '../messages/message-id.ts';

export interface PageEntry {
  /** Its name in the address: lower-case letters and hyphens. */
  readonly id: string;
  readonly title: MessageId;
  readonly icon: IconName;
  readonly Page: ComponentType;
  /** The fields that its search knows; absent where there is nothing to search. */
  readonly searchKeys?: readonly string[];
  /** What is counted beside its name. */
  readonly count?: {
    readonly of: (state: DesktopState) => number;
    /** Takes `count`. */
    readonly spoken: MessageId;
  };
}
