// Which error a program gets that the verdict cache refuses in a hook. Every kernel says EPERM; another one needs a helper that
// these programs may call from Linux 6.1 on.
import { constants } from 'node:os';
import { supportsHelper } from 'bpf-loader-napi';

export type DenyError = 'EPERM' | 'ECONNREFUSED';

/** The wanted one, or EPERM where this kernel has no other. */
export function possibleDenyError(wanted: DenyError): DenyError {
  return wanted === 'EPERM' || supportsHelper('cgroup_sock_addr', 'set_retval') ? wanted : 'EPERM';
}

/** What the BPF object is opened with. */
export function denyErrorVariables(error: DenyError): Readonly<Record<string, number>> {
  return { known_deny_error: error === 'EPERM' ? 0 : constants.errno[error] };
}
