// What an installation needs of node_modules: the packages that the product depends on and theirs, and the links to the workspaces.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Names of packages, as folders of node_modules. The pages bring their own in their bundles. */
export function productPackages(root: string): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const folder = join(root, 'node_modules', name);
    if (!existsSync(join(folder, 'package.json')))
      throw new Error(`node_modules lacks ${name}; run npm run setup.`);
    found.add(name);
    // A version of its own inside of a package comes with that package's folder.
    for (const needed of dependenciesOf(folder))
      if (!existsSync(join(folder, 'node_modules', needed))) visit(needed);
  };
  for (const name of dependenciesOf(root)) visit(name);
  return [...found].sort();
}

function dependenciesOf(folder: string): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return Object.keys(dependencies);
}

export interface WorkspaceLink {
  readonly link: string;
  /** Relative, as npm makes it. */
  readonly target: string;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly link?: boolean; readonly resolved?: string }>>;
}

/** Those that others import; applications are nobody's dependency. */
export function workspaceLinks(root: string): readonly WorkspaceLink[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  return Object.entries(lock.packages).flatMap(([link, { link: isLink, resolved }]) =>
    isLink !== true || resolved === undefined || resolved.startsWith('apps/')
      ? []
      : [{ link, target: relative(dirname(link), resolved) }],
  );
}
