// A container made by hand: a cgroup where a runtime would put it, the files that the runtime would write, mount and pid namespaces
// of its own over the files of this machine, and the network of the lab's client or one behind it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LabCgroup } from './lab-cgroup.ts';

export interface LabContainerOptions {
  /** As Docker calls it. */
  readonly name: string;
  readonly image?: string;
  /** The agent's `--container-root`. */
  readonly runtimeRoot: string;
  /** A network namespace by name; without one it uses that of whoever starts a program in it. */
  readonly network?: string;
  /** It sees the processes of the machine, as one that was set up carelessly. */
  readonly hasProcOfMachine?: boolean;
}

/** The files of the machine become the container's own root, as a runtime does it; the path of a file is the same. */
const ENTER = `mount --rbind / "$0" && cd "$0" && pivot_root . . && umount -l .`;
const OWN_PROC = ' && mount -t proc proc /proc';
const BECOME = ' && exec "$@"';

export class LabContainer implements Disposable {
  readonly id = randomBytes(32).toString('hex');
  readonly name: string;
  readonly #options: LabContainerOptions;
  readonly #root = mkdtempSync(join(tmpdir(), 'sallyport-container-'));
  readonly #cgroup: LabCgroup;

  constructor(options: LabContainerOptions) {
    this.#options = options;
    this.name = options.name;
    this.#cgroup = new LabCgroup(`system.slice/docker-${this.id}.scope`);
    const { name, image = 'debian:12', runtimeRoot } = options;
    const file = join(runtimeRoot, `var/lib/docker/containers/${this.id}/config.v2.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ID: this.id, Name: `/${name}`, Config: { Image: image } }), {
      mode: 0o600,
    });
  }

  /** The words that run a command in it. */
  inside(...command: readonly string[]): readonly [string, ...string[]] {
    const { network, hasProcOfMachine = false } = this.#options;
    const script = [ENTER, hasProcOfMachine ? '' : OWN_PROC, BECOME].join('');
    const inNetwork = network === undefined ? [] : ['nsenter', `--net=/run/netns/${network}`];
    const namespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
    const enter = [...inNetwork, ...namespaces, 'sh', '-c', script, this.#root];
    return this.#cgroup.inside(...enter, ...command);
  }

  /** When all its programs have ended. */
  close(): void {
    this.#cgroup.close();
    rmSync(this.#root, { recursive: true });
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
