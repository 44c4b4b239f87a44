// Debian's archive as apt sees it, with the suites of all releases where the machine's own mirror has them.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputTail, runCommand } from '../../scripts/setup/command.mjs';
import { SetupFailure } from '../../scripts/setup/failure.mjs';
import { asRoot, rootAccess } from '../../scripts/setup/privileges.mjs';
import { stepLine } from '../../scripts/setup/progress.mjs';
import { aptWords, complaintsOf, mirrorsOf, sourcesText, TARGET_FORMAT } from './debian-suites.mjs';

const LISTS_HOLD_MS = 24 * 3_600_000;

export class KernelArchive {
  #folder;
  /** Undefined until somebody asks; then those for apt, none where only the machine's own lists can be used. */
  #words;

  constructor(folder) {
    this.#folder = folder;
  }

  /** Kernel packages in the form of apt-cache search. */
  async listing() {
    const { output } = await runCommand('apt-cache', [
      ...(await this.#aptWords()),
      ...['search', '--names-only', '^linux-image-'],
    ]);
    return output;
  }

  /** The packages that this one depends on, as apt-cache prints them. */
  async dependencies(name) {
    const { output } = await runCommand('apt-cache', [
      ...(await this.#aptWords()),
      ...['depends', '--important', name],
    ]);
    return output;
  }

  /** Into `cwd`. Lists that are older than the mirror name a version that is gone: they are fetched only then. Throws SetupFailure. */
  async download(name, cwd) {
    const words = [...(await this.#aptWords()), 'download', name];
    const first = await runCommand('apt-get', words, { cwd });
    if (first.code === 0) return;
    await this.update();
    const { code, output } = await runCommand('apt-get', words, { cwd });
    if (code === 0) return;
    throw new SetupFailure('Could not fetch the kernel.', {
      happened: `apt-get ${words.join(' ')} said:\n${outputTail(output)}`,
      remedy: 'If the network was away, repeat the command when it is back.',
    });
  }

  /** Resolves with what apt complained of, line by line. */
  async update() {
    const words = await this.#aptWords();
    return complaintsOf(await (words.length > 0 ? this.#updateOwn(words) : updateMachine()));
  }

  async #aptWords() {
    this.#words ??= await this.#openSuites();
    return this.#words;
  }

  async #openSuites() {
    const { output } = await runCommand('apt-get', ['indextargets', '--format', TARGET_FORMAT]);
    const mirrors = mirrorsOf(output);
    if (mirrors.length === 0) return [];
    for (const name of ['lists/partial', 'cache/archives/partial'])
      mkdirSync(join(this.#folder, name), { recursive: true });
    writeFileSync(join(this.#folder, 'suites.sources'), sourcesText(mirrors));
    const words = aptWords(this.#folder);
    if (!this.#isFresh()) await this.#updateOwn(words);
    return words;
  }

  /** A suite that the mirror lacks makes apt-get fail, with the lists of all others in place. */
  async #updateOwn(words) {
    const step = stepLine('Asking the mirror for its kernels', false);
    step.begin();
    const { output } = await runCommand('apt-get', [...words, 'update']);
    writeFileSync(this.#stamp, '');
    step.end();
    return output;
  }

  get #stamp() {
    return join(this.#folder, 'updated');
  }

  #isFresh() {
    return existsSync(this.#stamp) && Date.now() - statSync(this.#stamp).mtimeMs < LISTS_HOLD_MS;
  }
}

async function updateMachine() {
  const access = rootAccess();
  if (access === undefined) return '';
  const [command, ...words] = asRoot(access, ['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'update']);
  return (await runCommand(command, words)).output;
}
