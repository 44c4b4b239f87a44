// 简体中文：托盘、托盘菜单和通知。
import type { Catalog } from '../../../shared/languages.ts';
import type { TrayMessageId } from '../en/tray.ts';

export const tray: Catalog<TrayMessageId> = {
  'state.connecting': '正在寻找防火墙服务…',
  'state.unreachable': '防火墙服务没有响应。',
  'state.refused': '此处无法使用防火墙服务。',
  'state.asking': '有 {count, plural, other {# 个}}请求待回答',
  'state.paused': '已暂停至 {time}，其间一律放行',
  'state.degraded': '正在过滤，但能力受限',
  'state.filtering': '正在过滤',
  tooltip: 'Sallyport：{state}',

  questions: '回答 {count, plural, other {# 个}}请求…',
  missed: '错过了 {count, plural, other {# 个}}请求…',
  health: '查看受限原因…',
  pause: '暂停过滤',
  'pause.minutes': '{minutes, plural, other {# 分钟}}',
  resume: '立即恢复过滤',
  recent: '最近的回答',
  'recent.allow': '已允许 {app} 连接 {target}{others, plural, =0 {} other { 等 # 个其他目标}}',
  'recent.deny': '已拒绝 {app} 连接 {target}{others, plural, =0 {} other { 等 # 个其他目标}}',
  undo: '撤销',
  open: '打开 Sallyport',
  autostart: '登录时启动',
  quit: '退出',
  'quit.asking': '退出，不再在此询问',

  'unknown-app': '未知程序',
  'failed.title': '操作未成功',
  'question.allow': '仅允许这一次',
  'question.deny': '仅拒绝这一次',
  'question.look': '查看详情',
  'question.body': '{path}{others, plural, =0 {} other {。另有 # 个应用也在询问。}}',
};
