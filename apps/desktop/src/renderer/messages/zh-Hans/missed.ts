// 简体中文：错过的请求页面。
import type { Catalog } from '../../../shared/languages.ts';
import type { MissedMessageId } from '../message-id.ts';

export const missed: Catalog<MissedMessageId> = {
  'missed.title': '错过的请求',
  'missed.count': '{count, plural, other {# 个错过的请求}}',
  'missed.text': '{count, plural, other {这 # 个请求没有及时得到回答。您的回答将用于下一次尝试。}}',
  'missed.empty': '没有错过的请求',
  'missed.empty.text': '没有及时得到回答的请求会留在这里，您的回答将用于下一次尝试。',
  'missed.when': '询问于 {time}',
  'missed.when-by': '询问于 {time}，由 {starter} 启动',
  'missed.targets': '连接',
  'missed.not-covered': '，不在此回答范围内',
  'missed.dismiss': '忽略',
  'missed.dismiss-all': '全部忽略',
};
