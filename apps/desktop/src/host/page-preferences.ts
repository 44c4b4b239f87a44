// The preferences in a page as it is served, by both shells: the document looks as chosen before any script runs, and the page's
// script finds all of them in it, so that nothing is drawn twice.
import { PREFERENCES_META } from '../shared/preference-defaults.ts';
import type { Preferences } from '../shared/preferences.ts';
import type { DesktopState } from '../shared/state.ts';
import type { PageFile } from './page-files.ts';

/** The content to send; of a page, with the preferences in it. */
export function contentFor(file: PageFile, { preferences }: Pick<DesktopState, 'preferences'>): Buffer {
  if (preferences === undefined || !file.contentType.startsWith('text/html')) return file.content;
  const { chosen } = preferences;
  const meta = `<meta name="${PREFERENCES_META}" content="${inAttribute(JSON.stringify(chosen))}" />`;
  const html = file.content.toString();
  return Buffer.from(html.replace(/<html[^>]*>/, rootOf(chosen)).replace('<head>', `<head>\n    ${meta}`));
}

function rootOf({ theme, contrast, language }: Preferences): string {
  const lang = language === 'desktop' ? 'en' : language;
  const themed = theme === 'desktop' ? '' : ` data-theme="${theme}"`;
  return `<html lang="${lang}"${themed}${contrast === 'more' ? ' data-contrast="more"' : ''}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

function inAttribute(text: string): string {
  return text.replaceAll(/[&"<>]/g, (character) => ESCAPES[character] ?? '');
}
