// Which mirrors are asked for the kernels of other releases.
import { deepEqual, match } from 'node:assert/strict';
import { test } from 'node:test';
import { aptWords, complaintsOf, mirrorsOf, sourcesText } from './debian-suites.mjs';

const TARGETS = `Debian|main|bookworm|http://mirror.example/debian/
Debian|main|bookworm-updates|http://mirror.example/debian/
Debian|contrib|bookworm|http://contrib.example/debian/
Debian|main|bookworm-security|http://mirror.example/debian-security/
Docker|stable|bookworm|https://other.example/
`;

test('the mirrors of the main archive are used, each once', () => {
  deepEqual(mirrorsOf(TARGETS), ['http://mirror.example/debian/']);
});

test('another distribution has none, and neither has an apt without sources', () => {
  deepEqual(mirrorsOf('Ubuntu|main|noble|http://mirror.example/ubuntu/\n'), []);
  deepEqual(mirrorsOf(''), []);
});

test('the sources name every suite on them', () => {
  const text = sourcesText(['http://mirror.example/debian/']);
  match(text, /^URIs: http:\/\/mirror\.example\/debian\/$/m);
  match(text, /^Suites: bullseye .* trixie .* experimental$/m);
});

test('apt is given folders of ours for all that it writes', () => {
  const values = aptWords('/f').filter((word) => word !== '-o');
  for (const name of ['Dir::State::Lists', 'Dir::Cache', 'Dir::Etc::SourceList'])
    match(values.find((value) => value.startsWith(`${name}=`)) ?? '', /=\/f\//);
});

test('of what apt said only the complaints are kept, each once', () => {
  const said = `Err:1 http://mirror.example/debian trixie InRelease
  Unable to connect to mirror.example:80:
Reading package lists...
W: Failed to fetch http://mirror.example/debian/dists/trixie/InRelease  Unable to connect to mirror.example:80:
W: Some index files failed to download. They have been ignored, or old ones used instead.
W: Some index files failed to download. They have been ignored, or old ones used instead.
E: Unable to locate package linux-image
`;
  deepEqual(complaintsOf(said), [
    'W: Failed to fetch http://mirror.example/debian/dists/trixie/InRelease  Unable to connect to mirror.example:80:',
    'W: Some index files failed to download. They have been ignored, or old ones used instead.',
    'E: Unable to locate package linux-image',
  ]);
  deepEqual(complaintsOf('Reading package lists...\n'), []);
});
