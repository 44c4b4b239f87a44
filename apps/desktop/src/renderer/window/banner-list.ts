// What a person should know before they read a page: the firewall is away, not well, or takes no orders from them. Pure.
import type { DesktopState } from '../../shared/state.ts';
import { connectionWords } from '../connection-words.ts';
import type { MessageId } from '../messages/message-id.ts';

export interface Banner {
  readonly id: 'connection' | 'health' | 'rule-files' | 'preferences' | 'only-looking';
  readonly tone: 'quiet' | 'caution' | 'deny';
  readonly title: MessageId;
  readonly values?: Readonly<Record<string, string | number>>;
  /** In our words, then as the agent told it: what happened and what to do. */
  readonly text?: MessageId | undefined;
  readonly told: readonly string[];
  /** A page that says more. */
  readonly more?: string;
}

type Known = Pick<DesktopState, 'connection' | 'health' | 'problems' | 'you' | 'status' | 'preferences'>;

/** The gravest first. Of an agent that was never there, the page itself says what there is to say. */
export function bannerList(state: Known): readonly Banner[] {
  if (state.status === undefined) return [];
  if (state.connection.kind !== 'connected') return [connectionBanner(state.connection)];
  return [
    ...healthBanner(state),
    ...ruleFileBanner(state),
    ...preferencesBanner(state),
    ...lookingBanner(state),
  ];
}

function connectionBanner(connection: Known['connection']): Banner {
  const { title, text, told } = connectionWords(connection);
  const tone = connection.kind === 'connecting' ? 'quiet' : 'caution';
  return { id: 'connection', tone, title, text, told };
}

function healthBanner({ health }: Known): readonly Banner[] {
  const unwell = health.filter((check) => check.state !== 'ok');
  const worst = unwell.find((check) => check.state === 'broken') ?? unwell[0];
  if (worst === undefined) return [];
  const tone = worst.state === 'broken' ? 'deny' : 'caution';
  const title = worst.state === 'broken' ? 'banner.broken' : 'banner.degraded';
  const told = [worst.text, worst.remedy].filter((sentence) => sentence !== '');
  return [{ id: 'health', tone, title, values: { count: unwell.length }, told, more: 'settings' }];
}

function ruleFileBanner({ problems }: Known): readonly Banner[] {
  const [first] = problems;
  if (first === undefined) return [];
  const place = first.line === undefined ? first.file : `${first.file}:${first.line}`;
  return [
    {
      id: 'rule-files',
      tone: 'caution',
      title: 'banner.rule-files',
      values: { count: problems.length },
      text: first.lastGoodVersionInForce ? 'banner.last-good' : 'banner.no-last-good',
      told: [`${place}: ${first.reason}`],
      more: 'rules',
    },
  ];
}

function preferencesBanner({ preferences }: Known): readonly Banner[] {
  const problem = preferences?.problem;
  if (problem === undefined) return [];
  const title = `banner.preferences.${problem.kind}` as const;
  return [{ id: 'preferences', tone: 'quiet', title, told: [`${problem.file}: ${problem.what}`] }];
}

function lookingBanner({ you }: Known): readonly Banner[] {
  return you.mayDecide ? [] : [{ id: 'only-looking', tone: 'quiet', title: 'banner.only-looking', told: [] }];
}
