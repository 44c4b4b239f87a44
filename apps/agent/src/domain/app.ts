// App: what a person calls a program. Its id is the stable identity that rules are bound to.

import { containerLabel, containerText } from './container.ts';
import type { Container } from './container.ts';

/**
 * Identity of an App as written in rules:
 * - `/usr/bin/curl`: the file at that path in the agent's own mount namespace, proven to be the process's executable;
 * - `deleted:/tmp/x`: an executable that is no longer at its path (removed or replaced while running);
 * - `memfd:name`: an executable that never had a path;
 * - `container:docker/web:/usr/bin/curl`: a path inside a container that its runtime names, see domain/container.ts;
 * - `mnt-4026532000:/usr/bin/curl`: a path inside another mount namespace, that of no container that is known;
 * - `inode:8:1:1234`: an executable known by device and inode only (the process ended before its path was read);
 * - `unknown`: nothing was recorded for the packet.
 */
export type AppId = string & { readonly __brand: 'AppId' };

export type AppIdentity =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'deleted'; readonly path: string }
  | { readonly kind: 'memfd'; readonly name: string }
  | { readonly kind: 'container'; readonly container: Container; readonly path: string }
  | { readonly kind: 'foreign'; readonly mountNamespace: bigint; readonly path: string }
  | { readonly kind: 'inode'; readonly device: string; readonly inode: bigint }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface App {
  readonly id: AppId;
  readonly identity: AppIdentity;
  /** What a person reads: the file's name. */
  readonly name: string;
  /** Path of the executable as resolved; undefined where there is none. */
  readonly path: string | undefined;
}

/** The App of an identity. */
export function appOf(identity: AppIdentity): App {
  switch (identity.kind) {
    case 'path':
      return app(identity, { id: identity.path, name: fileName(identity.path), path: identity.path });
    case 'deleted':
      return app(identity, {
        id: `deleted:${identity.path}`,
        name: `${fileName(identity.path)} (file removed or replaced)`,
        path: identity.path,
      });
    case 'memfd':
      return app(identity, {
        id: `memfd:${identity.name}`,
        name: `${identity.name} (in memory only)`,
        path: undefined,
      });
    case 'container':
      return app(identity, {
        id: `${containerText(identity.container)}:${identity.path}`,
        name: `${fileName(identity.path)} (in container ${containerLabel(identity.container)})`,
        path: identity.path,
      });
    case 'foreign':
      return app(identity, {
        id: `mnt-${identity.mountNamespace}:${identity.path}`,
        name: `${fileName(identity.path)} (in another file system)`,
        path: identity.path,
      });
    case 'inode':
      return app(identity, {
        id: `inode:${identity.device}:${identity.inode}`,
        name: 'a program that already ended',
        path: undefined,
      });
    case 'unknown':
      return app(identity, { id: 'unknown', name: 'an unidentified program', path: undefined });
  }
}

/** Identities that say nothing of which program it is: no condition on an App can be evaluated for them. */
export function isUnidentified(id: AppId): boolean {
  return id === 'unknown' || id.startsWith('inode:');
}

/** Only a proven path survives the process and a reboot, here or in a container with a name, so only it may carry a lasting rule. */
export function mayCarryLastingRule({ identity }: App): boolean {
  return identity.kind === 'path' || (identity.kind === 'container' && identity.container.name !== undefined);
}

function app(identity: AppIdentity, rest: { id: string; name: string; path: string | undefined }): App {
  return { identity, id: rest.id as AppId, name: rest.name, path: rest.path };
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
