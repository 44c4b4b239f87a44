// The suites of Debian that have kernels of their own: a machine's apt knows those of its release alone. Pure.

/** From the oldest whose kernel is of use to what is not released; a new release adds its name. A suite that a mirror lacks is passed over. */
const SUITES = [
  'bullseye',
  'bookworm',
  'bookworm-backports',
  'trixie',
  'trixie-backports',
  'forky',
  'sid',
  'experimental',
];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What `apt-get indextargets` is asked, one line for each index of the machine's own sources. */
export const TARGET_FORMAT = '$(ORIGIN)|$(COMPONENT)|$(CODENAME)|$(REPO_URI)';

/** Debian's mirrors in that output, the main archive first; none where the machine has another distribution. */
export function mirrorsOf(targets) {
  const lines = targets.split('\n').map((line) => line.split('|'));
  const mirrors = lines
    // Security updates have a repository of their own, without these suites.
    .filter(([origin, component, codename]) => origin === 'Debian' && component === 'main' && codename)
    .filter(([, , codename]) => !codename.includes('-'))
    .map(([, , , uri]) => uri);
  return [...new Set(mirrors)];
}

/** A deb822 sources file that names all suites on these mirrors. */
export function sourcesText(mirrors) {
  return [
    'Types: deb',
    `URIs: ${mirrors.join(' ')}`,
    `Suites: ${SUITES.join(' ')}`,
    'Components: main',
    `Signed-By: ${KEYRING}`,
    '',
  ].join('\n');
}

/** The words that make apt-get and apt-cache work in a folder of ours, so that the machine's own lists stay as they are. */
export function aptWords(folder) {
  return [
    ['Dir::Etc::SourceList', `${folder}/suites.sources`],
    ['Dir::Etc::SourceParts', '/dev/null'],
    ['Dir::State::Lists', `${folder}/lists`],
    ['Dir::Cache', `${folder}/cache`],
    // Only the names of packages are read: no translations, no contents.
    ['Acquire::Languages', 'none'],
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The lines with which apt says that something went wrong. It ends well all the same where the network was away. */
export function complaintsOf(output) {
  return [...new Set(output.split('\n').filter((line) => /^[EW]: /.test(line)))];
}
