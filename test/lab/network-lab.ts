// Two network namespaces of our own, joined by a veth pair: programs under test run in `client`, servers in `server`. The
// server has the addresses of the README's story, 1.2.3.4 and 2001:db8::1. Nothing of the host's network is touched.
import { run } from './commands.ts';

const SERVER_ADDRESSES = ['1.2.3.4/32', '5.6.7.8/32', '2001:db8::1/128'];

let labs = 0;

export class NetworkLab {
  readonly client: string;
  readonly server: string;
  readonly #closeAtExit = (): void => this.close();

  constructor(prefix = 'sallyport') {
    labs += 1;
    const name = `${prefix}-${process.pid}-${labs}`;
    this.client = `${name}-client`;
    this.server = `${name}-server`;
    process.once('exit', this.#closeAtExit);
    try {
      this.#build();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Command line that runs a command in a namespace. `nsenter`, because `ip netns exec` hides /sys. */
  inside(
    side: 'client' | 'server',
    command: string,
    ...args: readonly string[]
  ): readonly [string, ...string[]] {
    return ['nsenter', `--net=/run/netns/${this[side]}`, command, ...args];
  }

  /** Runs a command in a namespace and returns what it printed. */
  run(side: 'client' | 'server', command: string, ...args: readonly string[]): string {
    const [program, ...rest] = this.inside(side, command, ...args);
    return run(program, ...rest);
  }

  /** Processes and netfilter rules that are in a namespace; empty after everything was stopped in order. */
  leftovers(side: 'client' | 'server'): readonly string[] {
    const pids = run('ip', 'netns', 'pids', this[side]).split('\n').filter(Boolean);
    const saved = ['iptables-save', 'ip6tables-save'].map((command) => this.run(side, command)).join('\n');
    const rules = saved.split('\n').filter((line) => /^-A|^:SALLYPORT/.test(line));
    return [...pids.map((pid) => `process ${pid}`), ...rules];
  }

  /** Removes both namespaces, and with them the veth pair and all rules inside. */
  close(): void {
    process.off('exit', this.#closeAtExit);
    for (const name of [this.client, this.server]) {
      try {
        run('ip', 'netns', 'delete', name);
      } catch {
        // It was never made, or is gone.
      }
    }
  }

  #build(): void {
    run('ip', 'netns', 'add', this.client);
    run('ip', 'netns', 'add', this.server);
    run(
      'ip',
      '-n',
      this.client,
      'link',
      'add',
      'veth0',
      'type',
      'veth',
      'peer',
      'name',
      'veth0',
      'netns',
      this.server,
    );
    for (const name of [this.client, this.server]) {
      run('ip', '-n', name, 'link', 'set', 'lo', 'up');
      run('ip', '-n', name, 'link', 'set', 'veth0', 'up');
    }
    this.#address();
  }

  #address(): void {
    run('ip', '-n', this.client, 'address', 'add', '10.66.0.2/24', 'dev', 'veth0');
    run('ip', '-n', this.client, 'address', 'add', 'fd66::2/64', 'dev', 'veth0', 'nodad');
    run('ip', '-n', this.server, 'address', 'add', '10.66.0.1/24', 'dev', 'veth0');
    run('ip', '-n', this.server, 'address', 'add', 'fd66::1/64', 'dev', 'veth0', 'nodad');
    for (const address of SERVER_ADDRESSES)
      run('ip', '-n', this.server, 'address', 'add', address, 'dev', 'lo');
    run('ip', '-n', this.client, 'route', 'add', 'default', 'via', '10.66.0.1');
    run('ip', '-n', this.client, '-6', 'route', 'add', 'default', 'via', 'fd66::1');
  }
}
