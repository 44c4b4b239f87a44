// Desktop entries of the machine that tests and screenshots show, with pictures of our own: a globe, a letter and the like.
import type { AppLook } from '../../apps/desktop/src/shared/app-look.ts';

const ICONS: Readonly<Record<string, readonly [colour: string, drawing: string]>> = {
  globe: [
    '#3667c9',
    '<circle cx="32" cy="32" r="18"/><path d="M14 32h36M32 14c-11 10-11 26 0 36c11-10 11-26 0-36"/>',
  ],
  letter: ['#1f7a8c', '<rect x="13" y="20" width="38" height="25" rx="3"/><path d="m14 22 18 14 18-14"/>'],
  music: [
    '#2c7a4b',
    '<circle cx="24" cy="44" r="5"/><circle cx="43" cy="40" r="5"/><path d="M29 44V20l19-4v24"/>',
  ],
  bubble: ['#5a55c9', '<path d="M14 18h36v24H31l-9 8v-8h-8z"/>'],
  plane: ['#2b86c5', '<path d="m13 33 38-17-9 34-11-11zM31 39l20-23"/>'],
  cloud: ['#2f6f9f', '<path d="M20 44a9 9 0 0 1 0-18 12 12 0 0 1 23-1 9.500 9.500 0 0 1 1 19z"/>'],
  bag: ['#8a5a1c', '<path d="M17 25h30l3 25H14zM25 29v-6a7 7 0 0 1 14 0v6"/>'],
  play: ['#7a3f8f', '<path d="M25 18v28l22-14z"/>'],
  days: [
    '#a8552c',
    '<rect x="15" y="18" width="34" height="31" rx="3"/><path d="M15 27h34M24 13v9M40 13v9"/>',
  ],
};

/** What a picture must not do: run something, load something. */
const HOSTILE = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" onload="top.harmed = 1">
<script>top.harmed = 1; fetch('/asked-by-script')</script><style>@import '/asked-by-style'</style>
<image href="/asked-by-image" width="9" height="9"/><use href="/asked-by-use#x"/>
<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="/asked-by-frame"/></foreignObject>
<rect width="64" height="64"/></svg>`;

/** The bytes of an icon at the path of a request. */
export function iconAt(path: string): string | undefined {
  if (path === '/app-icons/hostile') return HOSTILE;
  const [colour, drawing] = ICONS[/^\/app-icons\/(\w+)$/.exec(path)?.[1] ?? ''] ?? [];
  if (colour === undefined || drawing === undefined) return undefined;
  const lines = `fill="none" stroke="#fff" stroke-width="3.500" stroke-linecap="round" stroke-linejoin="round"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect x="2" y="2" width="60" height="60" rx="14" fill="${colour}"/><g ${lines}>${drawing}</g></svg>`;
}

type Named = readonly [app: string, name: string, chineseName: string, icon: string];

const ENTRIES: readonly Named[] = [
  ['/usr/lib/firefox/firefox', 'Firefox Web Browser', 'Firefox 网络浏览器', 'globe'],
  ['/usr/bin/firefox', 'Firefox Web Browser', 'Firefox 网络浏览器', 'globe'],
  ['/usr/lib/thunderbird/thunderbird', 'Thunderbird Mail', 'Thunderbird 邮件', 'letter'],
  ['/usr/bin/thunderbird', 'Thunderbird Mail', 'Thunderbird 邮件', 'letter'],
  ['/usr/lib/spotify/spotify', 'Spotify', 'Spotify', 'music'],
  ['/usr/bin/signal-desktop', 'Signal', 'Signal', 'bubble'],
  ['/opt/telegram/Telegram', 'Telegram', 'Telegram', 'plane'],
  ['/usr/bin/nextcloud', 'Nextcloud Desktop', 'Nextcloud 桌面客户端', 'cloud'],
  ['/usr/bin/gnome-software', 'Software', '软件', 'bag'],
  ['/usr/bin/mpv', 'mpv Media Player', 'mpv 媒体播放器', 'play'],
  ['/usr/bin/evolution', 'Evolution', 'Evolution', 'days'],
];

/** As a host would describe them. */
export function describedApps(apps: readonly string[], languages: readonly string[]): readonly AppLook[] {
  const isChinese = languages[0]?.startsWith('zh') === true;
  return ENTRIES.filter(([app]) => apps.includes(app)).map(([app, name, chineseName, icon]) => ({
    app,
    name: isChinese ? chineseName : name,
    icon: `app-icons/${icon}`,
  }));
}
