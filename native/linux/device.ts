// Device numbers have two encodings: st_dev as stat() gives it, and the kernel's own (major << 20 | minor), which BPF
// programs read from inode->i_sb->s_dev. Compare them as a pair of numbers. On Btrfs and overlayfs they may differ even so.

export interface DeviceNumber {
  readonly major: number;
  readonly minor: number;
}

/** From st_dev, in the layout of glibc's gnu_dev_major() and gnu_dev_minor(). */
export function deviceFromStat(device: bigint): DeviceNumber {
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xffff_f000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffff_ff00n)),
  };
}

/** From a dev_t inside the kernel: 12 bits major, 20 bits minor (linux/kdev_t.h). */
export function deviceFromKernel(device: number): DeviceNumber {
  return { major: device >>> 20, minor: device & 0xfffff };
}

export function deviceToStat({ major, minor }: DeviceNumber): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (
    ((high & 0xfffn) << 8n) | ((high & 0xffff_f000n) << 32n) | (low & 0xffn) | ((low & 0xffff_ff00n) << 12n)
  );
}

export function deviceToKernel({ major, minor }: DeviceNumber): number {
  return ((major << 20) | minor) >>> 0;
}
