// What runtimes write down, as they write it, and as nobody should: names come from files of root alone, and only where they are names.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  readContainerdConfig,
  readContainerWords,
  readCrioConfig,
  readDockerConfig,
  readPodmanContainers,
} from './container-files.ts';
import { containerPlaceOf } from './container-place.ts';

const ID = '0123456789abcdef'.repeat(4);
const DOCKER = JSON.stringify({ ID, Name: '/web', Config: { Image: 'nginx:1.27' }, State: { Pid: 7 } });
const PODMAN = JSON.stringify([
  { id: 'other', names: ['db'], metadata: '{"image-name":"postgres"}' },
  {
    id: ID,
    names: ['web'],
    image: 'x',
    metadata: '{"image-name":"docker.io/library/nginx:1.27","name":"web"}',
  },
]);
const KUBERNETES = JSON.stringify({
  annotations: {
    'io.kubernetes.cri.sandbox-namespace': 'default',
    'io.kubernetes.cri.sandbox-name': 'web-0',
    'io.kubernetes.cri.container-name': 'nginx',
    'io.kubernetes.cri.image-name': 'nginx:1.27',
  },
});
const CRIO = JSON.stringify({
  annotations: {
    'io.kubernetes.pod.namespace': 'default',
    'io.kubernetes.pod.name': 'web-0',
    'io.kubernetes.container.name': 'nginx',
    'io.kubernetes.cri-o.ImageName': 'nginx:1.27',
  },
});
const needsRoot =
  process.getuid?.() === 0 ? false : 'needs root, whose files are believed: run npm test as root';

describe('what a runtime writes down of a container', { skip: needsRoot }, () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), 'sallyport-runtimes-'))));
  after(() => rmSync(root, { recursive: true }));

  function write(file: string, text: string): string {
    const path = join(root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }
  function words(cgroup: string) {
    const place = containerPlaceOf(cgroup);
    assert.ok(place !== undefined);
    const read = readContainerWords(root, place);
    return read && [read.name, read.image];
  }
  const inDocker = `/docker/${ID}`;

  test('is found where each of them keeps it', () => {
    write(`var/lib/docker/containers/${ID}/config.v2.json`, DOCKER);
    write('var/lib/containers/storage/overlay-containers/containers.json', PODMAN);
    write(`var/lib/containers/storage/overlay-containers/${ID}/userdata/config.json`, CRIO);
    write(`run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`, KUBERNETES);
    write('run/containerd/io.containerd.runtime.v2.task/default/redis/config.json', '{"ociVersion":"1.1"}');
    assert.deepEqual(words(inDocker), ['web', 'nginx:1.27']);
    assert.deepEqual(words(`/machine.slice/libpod-${ID}.scope`), ['web', 'docker.io/library/nginx:1.27']);
    assert.deepEqual(words(`/kubepods/pod1/${ID}`), ['default/web-0/nginx', 'nginx:1.27']);
    assert.deepEqual(words(`/kubepods/pod1/crio-${ID}`), ['default/web-0/nginx', 'nginx:1.27']);
    assert.deepEqual(words('/default/redis'), ['redis', undefined]);
    assert.equal(words('/some/thing'), undefined);
  });

  test('is found where the configuration of Docker says that Docker keeps it', () => {
    const id = ID.replace('0', 'f');
    const named = JSON.stringify({ ID: id, Name: '/moved', Config: { Image: 'nginx:1.27' } });
    write(`srv/docker/containers/${id}/config.v2.json`, named);
    assert.equal(words(`/docker/${id}`), undefined);
    const config = write('etc/docker/daemon.json', '{"data-root": "/srv/docker"}');
    assert.deepEqual(words(`/docker/${id}`), ['moved', 'nginx:1.27']);
    chmodSync(config, 0o666);
    assert.equal(words(`/docker/${id}`), undefined);
    for (const text of ['{"data-root": 7}', '{"data-root": "../srv/docker"}', '{}', '[', '"x"']) {
      rmSync(config);
      write('etc/docker/daemon.json', text);
      assert.equal(words(`/docker/${id}`), undefined, text);
    }
  });

  test('is not believed where others could have written it, or it is no plain file of a sane length', () => {
    const path = write(`var/lib/docker/containers/${ID}/config.v2.json`, DOCKER);
    chmodSync(path, 0o622);
    assert.equal(words(inDocker), undefined);
    rmSync(path);
    symlinkSync(write('elsewhere.json', DOCKER), path);
    assert.equal(words(inDocker), undefined);
    rmSync(path);
    mkdirSync(path);
    assert.equal(words(inDocker), undefined);
    rmSync(path, { recursive: true });
    write(`var/lib/docker/containers/${ID}/config.v2.json`, DOCKER + ' '.repeat(3 * 1024 * 1024));
    assert.equal(words(inDocker), undefined);
  });

  test('is no name where it could pass for something else', () => {
    for (const name of ['/a:b', '/web:/usr/bin/curl', 'a b', '\u202eweb', '', '/a/b/c/d', 'x'.repeat(400)]) {
      const config = { Name: name, Config: { Image: 'a b\n' } };
      write(`var/lib/docker/containers/${ID}/config.v2.json`, JSON.stringify(config));
      assert.deepEqual(words(inDocker), [undefined, undefined], name);
    }
  });
});

test('no bytes make the readers throw, and none but strings come out', () => {
  const texts = [DOCKER, PODMAN, KUBERNETES, CRIO];
  const cut = fc
    .tuple(fc.constantFrom(...texts), fc.nat(), fc.string({ unit: 'binary' }))
    .map(([text, at, other]) => text.slice(0, at % text.length) + other + text.slice((at % text.length) + 1));
  const hostile = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), cut);
  fc.assert(
    fc.property(hostile, (text) => {
      for (const read of [readDockerConfig, readPodmanContainers, readContainerdConfig, readCrioConfig]) {
        const { name, image } = read(text, ID) ?? {};
        assert.ok([name, image].every((word) => word === undefined || typeof word === 'string'));
      }
    }),
    { numRuns: 2000 },
  );
});
