// What runtimes write down about their containers: name and image, read from the files of root where each keeps them. Every field is
// what the runtime says; a file that is not as expected says nothing.
import { join } from 'node:path';
import { z } from 'zod';
import { isContainerName } from '../domain/container.ts';
import { readRootFile } from '../platform/root-file.ts';
import type { ContainerPlace } from './container-place.ts';

export interface ContainerWords {
  readonly name: string | undefined;
  readonly image: string | undefined;
}

const NOTHING: ContainerWords = { name: undefined, image: undefined };
const LONGEST_IMAGE = 512;

/** `root` is where the runtimes' directories are, such as `/`. Undefined: nothing is written down about such a container. */
export function readContainerWords(root: string, place: ContainerPlace): ContainerWords | undefined {
  for (const { file, read } of sourcesOf(root, place)) {
    const text = readRootFile(join(root, file));
    const words = text === undefined ? undefined : valid(read(text, place.id));
    if (words !== undefined) return words;
  }
  return undefined;
}

interface Source {
  readonly file: string;
  readonly read: (text: string, id: string) => ContainerWords | undefined;
}

function sourcesOf(root: string, { runtime, id, namespace }: ContainerPlace): Iterable<Source> {
  switch (runtime) {
    case 'docker':
      return dockerSources(root, id);
    case 'podman':
      return STORES.flatMap((store) => [
        { file: `${store}/containers.json`, read: readPodmanContainers },
        { file: `${store}/volatile-containers.json`, read: readPodmanContainers },
      ]);
    case 'cri-o':
      return STORES.map((store) => ({ file: `${store}/${id}/userdata/config.json`, read: readCrioConfig }));
    case 'containerd':
      return containerdDirectories(namespace).map((directory) => ({
        file: `${directory}/${id}/config.json`,
        read: readContainerdConfig,
      }));
    case 'lxc':
    case 'systemd-nspawn':
      return [];
  }
}

const DOCKER_ROOTS = ['var/lib/docker', 'var/snap/docker/common/var-lib-docker'];
const DOCKER_CONFIG = 'etc/docker/daemon.json';
const daemonConfig = z.object({ 'data-root': z.string().startsWith('/').optional() });

/** Where it is by default, then where root has told it to be. */
function* dockerSources(root: string, id: string): Iterable<Source> {
  const source = (directory: string): Source => ({
    file: `${directory}/containers/${id}/config.v2.json`,
    read: readDockerConfig,
  });
  yield* DOCKER_ROOTS.map(source);
  const text = readRootFile(join(root, DOCKER_CONFIG));
  const told = text === undefined ? undefined : parsed(daemonConfig, text)?.['data-root'];
  if (told !== undefined) yield source(told);
}

/** By the driver that keeps the layers. */
const STORES = ['overlay', 'vfs', 'btrfs', 'zfs'].map(
  (driver) => `var/lib/containers/storage/${driver}-containers`,
);

function containerdDirectories(namespace: string | undefined): readonly string[] {
  const namespaces = namespace === undefined ? ['k8s.io', 'default'] : [namespace];
  return ['run/containerd', 'run/k3s/containerd'].flatMap((state) =>
    namespaces.map((name) => `${state}/io.containerd.runtime.v2.task/${name}`),
  );
}

const dockerConfig = z.object({ Name: z.string(), Config: z.object({ Image: z.string() }).optional() });

export function readDockerConfig(text: string): ContainerWords | undefined {
  const config = parsed(dockerConfig, text);
  return config && { name: config.Name.replace(/^\//, ''), image: config.Config?.Image };
}

const podmanContainers = z.array(
  z.object({ id: z.string(), names: z.array(z.string()).optional(), metadata: z.string().optional() }),
);
const podmanMetadata = z.object({ 'image-name': z.string().optional() });

export function readPodmanContainers(text: string, id: string): ContainerWords | undefined {
  const container = parsed(podmanContainers, text)?.find((candidate) => candidate.id === id);
  if (container === undefined) return undefined;
  const metadata = parsed(podmanMetadata, container.metadata ?? '');
  return { name: container.names?.[0], image: metadata?.['image-name'] };
}

const ociConfig = z.object({ annotations: z.record(z.string(), z.string()).optional() });

/** Of Kubernetes, nerdctl, or nobody: then containerd itself knows it by its id alone, which its maker chose. */
export function readContainerdConfig(text: string, id: string): ContainerWords | undefined {
  const annotations = annotationsOf(text);
  if (annotations === undefined) return undefined;
  const says = (key: string): string | undefined => annotations[`io.kubernetes.cri.${key}`];
  const name = joined([says('sandbox-namespace'), says('sandbox-name'), says('container-name')]);
  return { name: name ?? annotations['nerdctl/name'] ?? chosen(id), image: says('image-name') };
}

export function readCrioConfig(text: string): ContainerWords | undefined {
  const annotations = annotationsOf(text);
  if (annotations === undefined) return undefined;
  const says = (key: string): string | undefined => annotations[`io.kubernetes.${key}`];
  const name = joined([says('pod.namespace'), says('pod.name'), says('container.name')]);
  return { name, image: says('cri-o.ImageName') };
}

function annotationsOf(text: string): Readonly<Record<string, string>> | undefined {
  const config = parsed(ociConfig, text);
  return config && (config.annotations ?? {});
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined && part !== '');
  return said.length < 2 ? undefined : said.join('/');
}

/** 64 hexadecimal digits were made up by a machine, for this container alone. */
function chosen(id: string): string | undefined {
  return /^[0-9a-f]{64}$/.test(id) ? undefined : id;
}

/** What is no name or no image in form is none. */
function valid(words: ContainerWords | undefined): ContainerWords | undefined {
  if (words === undefined) return undefined;
  const { name = '', image = '' } = words;
  const isImage = image !== '' && image.length <= LONGEST_IMAGE && !/[\p{C}\s]/u.test(image);
  return {
    ...NOTHING,
    ...(isContainerName(name) ? { name } : {}),
    ...(isImage ? { image } : {}),
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    // No JSON: a runtime may be writing it at this moment.
    return undefined;
  }
}
