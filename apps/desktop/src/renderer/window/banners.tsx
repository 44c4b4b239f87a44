// The banners between the top bar and the page.
import type { ReactNode } from 'react';
import { safeText } from '../../shared/text-safety.ts';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import type { IconName } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktopState } from '../use-desktop.tsx';
import { bannerList } from './banner-list.ts';
import type { Banner } from './banner-list.ts';
import styles from './banners.module.css';
import { pageOf } from './pages.ts';
import { writeRoute } from './route.ts';
import { useRoute } from './use-route.ts';

const ICONS: Readonly<Record<Banner['id'], IconName>> = {
  connection: 'gate-off',
  health: 'caution',
  'rule-files': 'caution',
  preferences: 'info',
  'only-looking': 'info',
};

export function Banners(): ReactNode {
  const { page } = useRoute();
  // The page that a banner leads to says more itself.
  const banners = bannerList(useDesktopState()).filter(({ more }) => more !== pageOf(page).id);
  return (
    <div role="status">
      {banners.map((banner) => (
        <BannerLine key={banner.id} banner={banner} />
      ))}
    </div>
  );
}

function BannerLine({ banner }: { readonly banner: Banner }): ReactNode {
  const words = useWords();
  const { id, tone, title, values, text, told, more } = banner;
  return (
    <div className={classNames(styles['banner'], styles[tone])} data-banner={id}>
      <Icon name={ICONS[id]} />
      <p className={styles['text']}>
        <strong>{words(title, values)}</strong>
        {text !== undefined && ` ${words(text)}`}
        {told.map((sentence) => (
          <span key={sentence}> {safeText(sentence)}</span>
        ))}
      </p>
      {more !== undefined && <a href={writeRoute({ page: more, query: {} })}>{words('banner.more')}</a>}
    </div>
  );
}
