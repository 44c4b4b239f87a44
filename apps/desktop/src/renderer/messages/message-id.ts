// Every id that a component may ask for. English is where ids are made; the other languages have the same ones.
import type { common } from './en/common.ts';
import type { history } from './en/history.ts';
import type { main } from './en/main.ts';
import type { missed } from './en/missed.ts';
import type { now } from './en/now.ts';
import type { prompt } from './en/prompt.ts';
import type { rules } from './en/rules.ts';
import type { settings } from './en/settings.ts';
import type { welcome } from './en/welcome.ts';

export type CommonMessageId = keyof typeof common;
export type PromptMessageId = keyof typeof prompt;
export type MainMessageId = keyof typeof main;
export type RulesMessageId = keyof typeof rules;
export type HistoryMessageId = keyof typeof history;
export type ReasonMessageId = Extract<HistoryMessageId, `reason.${string}`>;
export type MissedMessageId = keyof typeof missed;
export type NowMessageId = keyof typeof now;
export type SettingsMessageId = keyof typeof settings;
export type WelcomeMessageId = keyof typeof welcome;
export type MessageId =
  | CommonMessageId
  | PromptMessageId
  | MainMessageId
  | RulesMessageId
  | HistoryMessageId
  | MissedMessageId
  | NowMessageId
  | SettingsMessageId
  | WelcomeMessageId;
