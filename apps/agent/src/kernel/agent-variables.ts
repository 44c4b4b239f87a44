// What the kernel programs are told of the agent before they are loaded: bpf/agent.h.
import type { VariableValue } from 'bpf-loader-napi';
import type { OwnNamespaces } from '../platform/own-namespaces.ts';

export function agentVariables({ network, mount }: OwnNamespaces): Readonly<Record<string, VariableValue>> {
  return { agent_network_namespace: network, agent_mount_namespace: mount };
}
