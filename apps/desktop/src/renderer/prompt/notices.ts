// What a person should know before answering: dangers and oddities, as kinds with their values. The words are in messages/.
import type { ContainerView, OrdersView, PromptView } from '../../shared/prompt-view.ts';
import { plainText, safeText } from '../../shared/text-safety.ts';
import type { ShownText } from '../../shared/text-safety.ts';
import type { PromptMessageId } from '../messages/message-id.ts';

export interface Notice {
  readonly id: Extract<PromptMessageId, `notice.${string}`>;
  readonly values: Readonly<Record<string, string>>;
}

/** The gravest first. */
export function noticesOf(view: PromptView): readonly Notice[] {
  const app = plainText(view.question.appName.parts);
  return [
    ...(view.question.verb === 'send-packets' ? [{ id: 'notice.packets', values: {} } as const] : []),
    ...identityNotice(view),
    ...lookNotices(view),
    ...folderNotice(view.app.path?.full),
    ...(view.orders === undefined ? [] : [ordersNotice(view.orders, app)]),
  ];
}

function identityNotice({ app }: PromptView): readonly Notice[] {
  if (app.container !== undefined) return [containerNotice(app.container)];
  // A container without a word about it is an agent of another version.
  const identity = app.identity === 'container' ? 'foreign' : app.identity;
  return identity === 'path' ? [] : [{ id: `notice.${identity}`, values: {} }];
}

function containerNotice({ name, image, runtime, uid }: ContainerView): Notice {
  const details = [image, runtime].filter((text) => text !== undefined).map(shown);
  const values = { container: shown(name), details: details.join(' · ') };
  if (uid === undefined) return { id: 'notice.container', values };
  return { id: 'notice.container-of-user', values: { ...values, uid: String(uid) } };
}

function lookNotices({ app, target }: PromptView): readonly Notice[] {
  const { name, image } = app.container ?? {};
  const texts = [app.name, app.path, target.name?.text, name, image].filter((text) => text !== undefined);
  const words = [...new Set(texts.flatMap((text) => text.mixedWords))];
  const notices: Notice[] = [];
  if (texts.some((text) => text.hasEscapes)) notices.push({ id: 'notice.hidden-characters', values: {} });
  if (words.length > 0) notices.push({ id: 'notice.look-alike', values: { words: words.join(' ') } });
  return notices;
}

const LOOSE_FOLDER = /^(?:\/tmp|\/var\/tmp|\/dev\/shm)(?=\/)/;
const DOWNLOADS = /^\/home\/[^/]+\/(?:Downloads|下载)(?=\/)/;

function folderNotice(path: string | undefined): readonly Notice[] {
  const loose = LOOSE_FOLDER.exec(path ?? '')?.[0];
  if (loose !== undefined) return [{ id: 'notice.loose-folder', values: { folder: loose } }];
  const downloads = DOWNLOADS.exec(path ?? '')?.[0];
  return downloads === undefined ? [] : [{ id: 'notice.downloads', values: { folder: safeText(downloads) } }];
}

function ordersNotice({ kind, text, startedBy }: OrdersView, app: string): Notice {
  const values = { app, script: shown(text), starter: shown(startedBy) };
  return { id: startedBy === undefined ? `notice.runs-${kind}` : `notice.runs-${kind}-by`, values };
}

function shown(text: ShownText | undefined): string {
  return text === undefined ? '' : plainText(text.parts);
}
