// `sallyport rules import`: rules from a file, all of them or none unless --partial says otherwise.
import { readFileSync } from 'node:fs';
import { FirewallError } from '@sallyport/proto';
import type { FirewallClient, Rule } from '@sallyport/proto';
import type { Command, CommandContext } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { CommandFailure, EXIT_CODES } from '../exit-codes.ts';
import { readRuleFile } from '../rule-file.ts';
import type { RuleFault } from '../rule-file.ts';
import { safeText } from '../view/safe-text.ts';
import { counted } from '../view/time.ts';

interface Import {
  readonly imported: readonly string[];
  readonly refused: readonly RuleFault[];
}

export const rulesImport: Command = {
  words: ['rules', 'import'],
  summary: 'read rules from a YAML or JSON file',
  positionals: [{ name: 'FILE', required: true, completes: 'file' }],
  options: { partial: { kind: 'flag', summary: 'keep the rules that are good when others are refused' } },
  details: [
    'FILE holds one rule or a list, as export writes it; - reads stdin. A rule whose id exists is replaced.',
    'Every refused rule is reported with its line. Without --partial nothing is changed then.',
  ],
  json: '{imported: id[], refused: {line, reason}[]}',
  run: async (context, input) => {
    const [file = ''] = input.positionals;
    const reading = readRuleFile(textOf(file));
    const isPartial = input.flags.has('partial');
    const rules = reading.kind === 'rules' && (isPartial || reading.faults.length === 0) ? reading.rules : [];
    const sent = await sendRules(context.connect(), rules, isPartial);
    const done = { imported: sent.imported, refused: [...reading.faults, ...sent.refused] };
    report(context, file, done);
    return done.refused.length === 0 ? EXIT_CODES.done.code : EXIT_CODES.refused.code;
  },
};

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure('refused', `Could not read ${safeText(file)}: ${safeText(reason)}`, { cause });
  }
}

/** One after another; when one is refused and not all may differ, those before it are put back as they were. */
async function sendRules(
  client: FirewallClient,
  rules: readonly Rule[],
  isPartial: boolean,
): Promise<Import> {
  if (rules.length === 0) return { imported: [], refused: [] };
  const before = new Map((await client.listRules({})).rules.map((rule) => [rule.id, rule]));
  const imported: string[] = [];
  const refused: RuleFault[] = [];
  try {
    for (const rule of rules) {
      const reason = await refusalOf(client, rule);
      if (reason === undefined) imported.push(rule.id);
      else refused.push({ line: 0, reason: `rule ${rule.id}: ${reason}` });
    }
  } catch (failure) {
    if (!isPartial) await putBack(client, imported, before);
    throw failure;
  }
  if (refused.length === 0 || isPartial) return { imported, refused };
  await putBack(client, imported, before);
  return { imported: [], refused };
}

/** What the agent has against this rule. What concerns every rule alike is thrown on. */
async function refusalOf(client: FirewallClient, rule: Rule): Promise<string | undefined> {
  try {
    await client.putRule({ rule });
    return undefined;
  } catch (failure) {
    const isAboutRule =
      failure instanceof FirewallError && (failure.kind === 'invalid' || failure.kind === 'refused');
    if (isAboutRule) return failure.message;
    throw failure;
  }
}

async function putBack(
  client: FirewallClient,
  ids: readonly string[],
  before: ReadonlyMap<string, Rule>,
): Promise<void> {
  for (const id of ids.toReversed()) {
    const rule = before.get(id);
    if (rule === undefined) await client.deleteRule({ id });
    // The agent takes rules of these two origins only.
    else await client.putRule({ rule: { ...rule, origin: rule.origin === 'import' ? 'import' : 'user' } });
  }
}

function report(context: CommandContext, file: string, done: Import): void {
  for (const { line, reason } of done.refused) {
    const place = line > 0 ? `${safeText(file)}:${line}` : safeText(file);
    context.warn(`${place}: ${safeText(reason)}`);
  }
  if (context.json) context.print(jsonDocument(done));
  else if (done.refused.length === 0 || done.imported.length > 0)
    context.print(`${counted(done.imported.length, 'rule')} imported.`);
  else context.warn('Nothing was imported. Correct the file, or use --partial to keep the good rules.');
}
