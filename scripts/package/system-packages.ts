// What the agent needs of a Debian system: the names are those of Debian 12, 13 and Ubuntu 24.04.

export const SYSTEM_PACKAGES: readonly string[] = [
  'libc6 (>= 2.36)',
  'libstdc++6',
  // The loader of BPF objects.
  'libbpf1 (>= 1:1.1)',
  'iptables',
];
