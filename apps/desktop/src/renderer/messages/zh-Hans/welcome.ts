// 简体中文：首次启动时的欢迎。
import type { Catalog } from '../../../shared/languages.ts';
import type { WelcomeMessageId } from '../message-id.ts';

export const welcome: Catalog<WelcomeMessageId> = {
  'welcome.title': '欢迎使用 Sallyport',
  'welcome.text': 'Sallyport 为这台电脑守门。程序能访问哪些网络由规则决定；规则没有提到的，由您决定：',
  'welcome.modes': '当程序要做规则没有提到的事时',
  'welcome.mode.ask': '先等一等，问过您再说，您的回答会成为规则。最稳妥，也是 Sallyport 的本意。',
  'welcome.mode.allow': '放行，并记入历史。适合先观察一段时间再做决定。',
  'welcome.mode.deny': '拒绝。适合一切都已有规则的电脑；有些程序可能无法工作。',
  'welcome.nobody-answers': '没有人及时回答时，会拒绝程序，但不会留下规则。该请求会列在“已错过”里。',
  'welcome.nobody-there': '没有任何 Sallyport 窗口在运行时，无人可问：程序会被放行，并在历史中注明。',
  'welcome.nobody-there.strict': '没有任何 Sallyport 窗口在运行时，无人可问：按管理员的选择，程序会被拒绝。',
  'welcome.pause': '暂停会在一段时间内放行一切，到时自动恢复。',
  'welcome.undo': '回答后的几秒内可以撤销，已放行的连接会被切断。',
  'welcome.begin': '开始使用',
};
