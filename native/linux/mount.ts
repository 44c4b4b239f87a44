// Mounts of the two file systems that the agent needs: bpf for pins, cgroup2 where the system has none.
import { requireInteger, requirePath } from './checks.ts';
import { native } from './native.ts';

export interface MountOptions {
  readonly type: 'bpf' | 'cgroup2';
  /** An existing directory. */
  readonly target: string;
  /** What /proc/mounts shows as the device; `type` if absent. */
  readonly source?: string;
  readonly readOnly?: boolean;
  /** Permissions of the root directory, bpf only; 0700 if absent. */
  readonly mode?: number;
}

/** Always nosuid, nodev, noexec. Throws EBUSY, ENOENT, ENODEV, EPERM. */
export function mount(options: MountOptions): void {
  const { type, target, source = type, readOnly = false } = options;
  requireType(type);
  native.mount({
    type,
    target: requirePath('target', target),
    source: requirePath('source', source),
    readOnly,
    data: mountData(options),
  });
}

/** `detach` takes it out of sight at once, and away when its last user goes. Throws EINVAL if nothing is mounted there. */
export function unmount(target: string, options: { readonly detach?: boolean } = {}): void {
  native.unmount(requirePath('target', target), options.detach ?? false);
}

function mountData(options: MountOptions): string {
  if (options.type === 'bpf')
    return `mode=${requireInteger('mode', options.mode ?? 0o700, [0, 0o7777]).toString(8)}`;
  if (options.mode !== undefined) throw new TypeError('mode is an option of bpf only.');
  return '';
}

function requireType(type: string): void {
  if (type !== 'bpf' && type !== 'cgroup2')
    throw new TypeError(`Cannot mount ${JSON.stringify(type)}: only bpf and cgroup2.`);
}
