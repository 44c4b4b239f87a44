// What an answer did, in one sentence for the toast.
import { useCallback } from 'react';
import type { Action } from '../../shared/model.ts';
import { plainText } from '../../shared/text-safety.ts';
import { useLifetimeWords } from '../language/lifetime-words.ts';
import { useWords } from '../language/words.tsx';
import type { Words } from '../language/words.tsx';
import { hasUserChoice, userName } from '../user-choice.tsx';
import type { CardModel } from './card-model.ts';

export function useDoneWords(): (model: CardModel, action: Action) => string {
  const words = useWords();
  const lifetimeWords = useLifetimeWords();
  return useCallback(
    (model, action) => {
      const { view, choice, answeredIds, coveredIds } = model;
      const app = subjectText(words, model);
      const lifetime = lifetimeWords.phrase(choice.lifetime);
      if (view.question.verb === 'send-packets') return words(`done.packets.${action}`, { app, lifetime });
      if (answeredIds.length > coveredIds.size)
        return words(`done.many.${action}`, { app, lifetime, count: answeredIds.length });
      const id =
        view.question.verb === 'receive' ? (`done.in.${action}` as const) : (`done.${action}` as const);
      const done = words(id, { app, lifetime, scope: choice.scope, target: targetText(words, model) });
      return view.user !== undefined && choice.ownUserOnly === true && hasUserChoice(choice)
        ? words('done.own-user', { done, user: userName(words, view.user) })
        : done;
    },
    [lifetimeWords, words],
  );
}

/** Who may: the App, or every program of its container. */
function subjectText(words: Words, { view, choice }: CardModel): string {
  const { app, container } = view;
  if (choice.forContainer !== true || container === undefined) return plainText(app.name.parts);
  return words('done.container', { container: plainText(container.parts) });
}

function targetText(words: Words, { view, choice }: CardModel): string {
  if (choice.scope === 'port') return words('done.target-port', { port: view.target.port });
  if (choice.scope === 'network') return view.target.network ?? '';
  return choice.scope === 'address' ? view.target.address : view.target.socketAddress;
}
