// A network namespace behind the lab's client, as a runtime makes one for a container: a veth pair, routes through the client, and
// addresses that the client rewrites to its own.
import { run } from './commands.ts';
import type { NetworkLab } from './network-lab.ts';

export interface ContainerNetworkOptions {
  readonly lab: NetworkLab;
  /** From 1 to 250: of its addresses. */
  readonly number: number;
  /** Reached without rewriting: the server knows the way back. */
  readonly isRouted?: boolean;
  /** Has the addresses of the network with this number as well. */
  readonly addressesOf?: number;
}

/** Two networks with the same addresses have two ways back. */
const SETTINGS = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv4.conf.all.rp_filter=0'];

export class ContainerNetwork implements Disposable {
  /** Name of the namespace. */
  readonly name: string;
  readonly address: { readonly 4: string; readonly 6: string };
  readonly #options: ContainerNetworkOptions;

  constructor(options: ContainerNetworkOptions) {
    const { lab, number, isRouted = false, addressesOf = number } = options;
    this.#options = options;
    this.name = `${lab.client}-${number}`;
    this.address = { 4: `172.30.${addressesOf}.2`, 6: `fd30:${addressesOf}::2` };
    this.#join();
    this.#address(addressesOf);
    if (isRouted) this.#route(addressesOf);
    else this.#rewrite(addressesOf);
  }

  run(command: string, ...args: readonly string[]): string {
    return run('nsenter', `--net=/run/netns/${this.name}`, command, ...args);
  }

  close(): void {
    run('ip', 'netns', 'delete', this.name);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get #link(): string {
    return `to-${this.#options.number}`;
  }

  #join(): void {
    const { client } = this.#options.lab;
    run('ip', 'netns', 'add', this.name);
    const pair = ['link', 'add', this.#link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.name];
    run('ip', '-n', client, ...pair);
    for (const link of ['lo', 'eth0']) run('ip', '-n', this.name, 'link', 'set', link, 'up');
    run('ip', '-n', client, 'link', 'set', this.#link, 'up');
    for (const setting of SETTINGS) this.#options.lab.run('client', 'sysctl', '-q', '-w', setting);
    this.run('sysctl', '-q', '-w', 'net.ipv4.ping_group_range=0 0');
  }

  #address(number: number): void {
    const { lab } = this.#options;
    for (const [prefix, bits] of [
      [`172.30.${number}.`, 24],
      [`fd30:${number}::`, 64],
    ] as const) {
      const family = bits === 64 ? ['-6'] : [];
      const noWait = bits === 64 ? ['nodad'] : [];
      run('ip', '-n', lab.client, 'address', 'add', `${prefix}1/${bits}`, 'dev', this.#link, ...noWait);
      run('ip', '-n', this.name, 'address', 'add', `${prefix}2/${bits}`, 'dev', 'eth0', ...noWait);
      run('ip', '-n', this.name, ...family, 'route', 'add', 'default', 'via', `${prefix}1`);
    }
  }

  #route(number: number): void {
    const { server } = this.#options.lab;
    run('ip', '-n', server, 'route', 'add', `172.30.${number}.0/24`, 'via', '10.66.0.2');
    run('ip', '-n', server, '-6', 'route', 'add', `fd30:${number}::/64`, 'via', 'fd66::2');
  }

  #rewrite(number: number): void {
    const { lab } = this.#options;
    for (const [command, network] of [
      ['iptables', `172.30.${number}.0/24`],
      ['ip6tables', `fd30:${number}::/64`],
    ] as const)
      lab.run(
        'client',
        command,
        '-w',
        '-t',
        'nat',
        '-A',
        'POSTROUTING',
        '-s',
        network,
        '-o',
        'veth0',
        '-j',
        'MASQUERADE',
      );
  }
}
