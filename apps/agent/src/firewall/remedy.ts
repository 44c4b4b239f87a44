// What to do where iptables failed, read from what it said. Pure.

export interface IptablesFailure {
  readonly exitCode: number;
  readonly stderr: string;
}

const OPTION_OF_MODULE: Readonly<Record<string, string>> = {
  xt_bpf: 'CONFIG_NETFILTER_XT_MATCH_BPF',
  xt_NFQUEUE: 'CONFIG_NETFILTER_XT_TARGET_NFQUEUE',
  nft_compat: 'CONFIG_NFT_COMPAT',
  nf_tables: 'CONFIG_NF_TABLES',
  iptable_raw: 'CONFIG_IP_NF_RAW',
  ip6table_raw: 'CONFIG_IP6_NF_RAW',
  iptable_mangle: 'CONFIG_IP_NF_MANGLE',
  ip6table_mangle: 'CONFIG_IP6_NF_MANGLE',
};

/** One or two sentences. */
export function remedyFor({ exitCode, stderr }: IptablesFailure): string {
  if (exitCode === 127) return 'Install it: apt-get install iptables';
  const module = missingModule(stderr);
  if (module !== undefined) {
    const option = OPTION_OF_MODULE[module] ?? '';
    return `The kernel does not offer ${module}. Load it: modprobe ${module}. If there is no such module, start a kernel that has it (${option}), as distributions ship.`;
  }
  if (/xtables lock|another app is currently holding/i.test(stderr))
    return 'Another program holds the xtables lock; try again when it is done.';
  return 'Sallyport needs root, and a kernel with xt_bpf and xt_NFQUEUE: see sallyport doctor.';
}

function missingModule(stderr: string): string | undefined {
  if (stderr.includes('Failed to initialize nft')) return 'nf_tables';
  const [, family, table] = /can't initialize (ip6?)tables table `(raw|mangle)'/.exec(stderr) ?? [];
  if (family !== undefined && table !== undefined) return `${family}table_${table}`;
  const extensions = [...stderr.matchAll(/Extension (\S+) revision \d+ not supported/g)].map(
    ([, name]) => name,
  );
  // The match tcp is a part of x_tables itself: where it cannot be used, nothing of x_tables can.
  if (extensions.includes('tcp')) return 'nft_compat';
  return extensions[0] === undefined ? undefined : `xt_${extensions[0]}`;
}

/** What iptables said on one line, without the hint at its own help. */
export function oneLine(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('Try `'))
    .slice(0, 4)
    .join(' ')
    .replace(/\.$/, '');
}
