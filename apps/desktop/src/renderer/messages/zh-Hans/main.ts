// 简体中文：主窗口的框架。
import type { Catalog } from '../../../shared/languages.ts';
import type { MainMessageId } from '../message-id.ts';

export const main: Catalog<MainMessageId> = {
  'main.pages': '页面',
  'main.skip': '跳到内容',
  'main.search': '搜索',
  'main.search.example': '搜索：直接输入文字，或用 {example}',
  'main.waiting': '{count, plural, other {# 个请求待回答}}',
  'main.mode.ask': '正在过滤',
  'main.mode.allow': '正在过滤；没有规则的一律放行',
  'main.mode.deny': '正在过滤；没有规则的一律拒绝',
  'main.mode.paused': '已暂停至 {time}：全部放行',
  'main.pause': '暂停',
  'main.pause-for': '{minutes, plural, =60 {1 小时} other {# 分钟}}',
  'main.resume': '恢复过滤',

  'banner.broken': '{count, plural, =1 {防火墙工作不正常。} other {防火墙工作不正常：有 # 处问题。}}',
  'banner.degraded': '{count, plural, =1 {防火墙工作受限。} other {防火墙工作受限，共 # 处。}}',
  'banner.rule-files': '{count, plural, =1 {有一个规则文件无法使用。} other {规则文件中有 # 处无法使用。}}',
  'banner.last-good': '它上一个正确的版本仍然有效。',
  'banner.no-last-good': '原本由它决定的连接会逐一询问。',
  'banner.preferences.fields': '部分偏好设置无法识别，已改用默认值。',
  'banner.preferences.unreadable': '无法读取偏好设置，先前的设置继续有效。',
  'banner.only-looking': '您可以查看，但不能更改。由谁更改由管理员决定。',
  'banner.more': '详情',
};
