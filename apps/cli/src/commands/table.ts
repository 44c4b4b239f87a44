// The command table: parsing, help and completion know nothing else. Order is the order of the help.
import type { Command } from '../command.ts';
import { completionCommand } from './completion.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { helpCommand } from './help.ts';
import { history } from './history.ts';
import { mode } from './mode.ts';
import { promptsAnswer } from './prompts-answer.ts';
import { promptsList } from './prompts-list.ts';
import { prompts } from './prompts.ts';
import { rulesAdd } from './rules-add.ts';
import { rulesExport } from './rules-export.ts';
import { rulesImport } from './rules-import.ts';
import { rulesList } from './rules-list.ts';
import { rulesRemove } from './rules-remove.ts';
import { rulesShow } from './rules-show.ts';
import { rulesDisable, rulesEnable } from './rules-switch.ts';
import { status } from './status.ts';
import { undo } from './undo.ts';
import { version } from './version.ts';
import { watch } from './watch.ts';
import { web } from './web.ts';

const WORKING: readonly Command[] = [
  status,
  doctor,
  prompts,
  promptsList,
  promptsAnswer,
  undo,
  watch,
  rulesList,
  rulesShow,
  rulesAdd,
  rulesRemove,
  rulesEnable,
  rulesDisable,
  rulesExport,
  rulesImport,
  explain,
  history,
  mode,
  web,
  version,
];

// Help and completion describe all commands, themselves included.
export const COMMANDS: readonly Command[] = [
  ...WORKING,
  completionCommand(() => COMMANDS),
  helpCommand(() => COMMANDS),
];
