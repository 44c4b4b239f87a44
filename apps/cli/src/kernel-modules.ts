// Whether the kernel has the modules that Sallyport uses, as far as its files tell.

/** Without it no packet waits for an answer. Without the others processes are found in a lesser way: docs/attribution.md. */
export const QUEUE_MODULE = 'nfnetlink_queue';

/** In the order in which the agent needs them; iptables finds the two that start with xt_. */
export const NEEDED_MODULES = [QUEUE_MODULE, 'xt_bpf', 'xt_NFQUEUE'] as const;

export interface ModuleLists {
  /** Texts of modules.dep and modules.builtin in /lib/modules/RELEASE; undefined where there is no such file. */
  readonly available: string | undefined;
  readonly builtIn: string | undefined;
  /** Text of /proc/modules. */
  readonly loaded: string | undefined;
}

/** The needed modules that the kernel lacks; undefined where no list says which modules it has. */
export function missingModules({ available, builtIn, loaded }: ModuleLists): readonly string[] | undefined {
  const listed = `${available ?? ''}\n${builtIn ?? ''}`;
  const missing = NEEDED_MODULES.filter(
    (name) => !listed.includes(`/${name}.ko`) && !` \n${loaded ?? ''}`.includes(`\n${name} `),
  );
  return missing.length > 0 && available === undefined && builtIn === undefined ? undefined : missing;
}
