// The texts are those of iptables 1.8.9 on kernels from which the modules were taken.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { oneLine, remedyFor } from './remedy.ts';

const NO_BPF =
  'Warning: Extension bpf revision 0 not supported, missing kernel module?\n' +
  'iptables-restore v1.8.9 (nf_tables): unknown option "--object-pinned"\nError occurred at line: 3\n';
const NO_QUEUE =
  'Warning: Extension NFQUEUE revision 0 not supported, missing kernel module?\n' +
  'iptables-restore v1.8.9 (nf_tables): \nline 5: RULE_APPEND failed (No such file or directory): rule in chain SALLYPORT\n';
const NO_COMPATIBILITY = `Warning: Extension tcp revision 0 not supported, missing kernel module?\n${NO_BPF}`;

describe('where iptables fails', () => {
  for (const [title, stderr, module] of [
    ['for want of the match bpf', NO_BPF, 'xt_bpf'],
    ['for want of the target NFQUEUE', NO_QUEUE, 'xt_NFQUEUE'],
    ['for want of every match', NO_COMPATIBILITY, 'nft_compat'],
    ['for want of nftables', 'iptables: Failed to initialize nft: Protocol not supported\n', 'nf_tables'],
    [
      'for want of the table raw',
      "iptables v1.8.9 (legacy): can't initialize iptables table `raw': Table does not exist (do you need to insmod?)\n",
      'iptable_raw',
    ],
    [
      'for want of the table raw of IPv6',
      "ip6tables v1.8.9 (legacy): can't initialize ip6tables table `raw': Table does not exist (do you need to insmod?)\n",
      'ip6table_raw',
    ],
  ] as const) {
    test(`${title}, the module is named and how to load it`, () => {
      // Exit code 4 is that of a held lock as well.
      const remedy = remedyFor({ exitCode: 4, stderr });
      assert.match(remedy, new RegExp(`modprobe ${module}\\. .*\\(CONFIG_\\w+\\)`));
      assert.doesNotMatch(remedy, /lock/);
    });
  }

  test('what it said is quoted on one line, without the hint at its help', () => {
    const hint = "Try `iptables-restore -h' or 'iptables-restore --help' for more information.\n";
    assert.equal(
      oneLine(`${NO_BPF}${hint}`),
      'Warning: Extension bpf revision 0 not supported, missing kernel module? iptables-restore v1.8.9 (nf_tables): unknown option "--object-pinned" Error occurred at line: 3',
    );
  });

  test('because another program holds the lock, it says so', () => {
    const stderr =
      'Another app is currently holding the xtables lock; still 1s 0us time ahead to have a chance to grab the lock...\n';
    assert.match(remedyFor({ exitCode: 4, stderr }), /lock; try again/);
  });

  test('because it is not installed, it names the package', () => {
    assert.match(remedyFor({ exitCode: 127, stderr: 'iptables: not installed' }), /apt-get install iptables/);
  });

  test('for another reason, it points to doctor', () => {
    assert.match(remedyFor({ exitCode: 1, stderr: 'Permission denied' }), /sallyport doctor/);
  });
});
