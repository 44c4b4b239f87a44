// Cgroups as the runtimes lay them out, and the same names where anybody could make them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { containerPlaceOf } from './container-place.ts';

const ID = '0123456789abcdef'.repeat(4);
const POD = 'fedcba9876543210'.repeat(4);
const USER = '/user.slice/user-1000.slice/user@1000.service';

const KNOWN: readonly (readonly [string, string])[] = [
  [`/system.slice/docker-${ID}.scope`, `docker ${ID}`],
  [`/docker/${ID}`, `docker ${ID}`],
  [`/docker/${ID}/docker/${POD}`, `docker ${ID}`],
  [`/system.slice/docker-${ID}.scope/system.slice/docker-${POD}.scope`, `docker ${ID}`],
  [`/machine.slice/libpod-${ID}.scope/container`, `podman ${ID}`],
  [`/machine.slice/machine-libpod_pod_${POD}.slice/libpod-${ID}.scope`, `podman ${ID}`],
  [`/libpod_parent/libpod-${ID}`, `podman ${ID}`],
  [`/libpod_parent/${POD}/libpod-${ID}`, `podman ${ID}`],
  [`/system.slice/web.service/libpod-payload-${ID}`, `podman ${ID} if root made it`],
  [
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/cri-containerd-${ID}.scope`,
    `containerd ${ID}`,
  ],
  [`/kubepods.slice/kubepods-pod1.slice/crio-${ID}.scope/container`, `cri-o ${ID}`],
  [`/kubepods.slice/kubepods-pod1.slice/docker-${ID}.scope`, `docker ${ID}`],
  [`/kubepods/burstable/pod12-34/${ID}`, `containerd ${ID}`],
  [`/kubepods/pod12-34/crio-${ID}`, `cri-o ${ID}`],
  [`/system.slice/nerdctl-${ID}.scope`, `containerd ${ID}`],
  ['/default/redis', 'containerd redis of default'],
  ['/lxc.payload.web', 'lxc web'],
  ['/lxc/101/ns/system.slice/ssh.service', 'lxc 101'],
  ['/machine.slice/machine-my\\x2dbox.scope/payload', 'systemd-nspawn my-box'],
  ['/machine.slice/systemd-nspawn@web.service/payload', 'systemd-nspawn web'],
  [`${USER}/user.slice/libpod-${ID}.scope/container`, `podman ${ID} by 1000`],
  [`${USER}/app.slice/web.service/libpod-payload-${ID}`, `podman ${ID} by 1000`],
  [`${USER}/user.slice/docker-${ID}.scope`, `docker ${ID} by 1000`],
];

const UNKNOWN: readonly string[] = [
  '/',
  '',
  '/init.scope',
  '/system.slice/docker.service',
  `/system.slice/docker-${ID.slice(1)}.scope`,
  `/system.slice/docker-${ID}.scope.d`,
  `/system.slice/some.service/docker-${ID}.scope`,
  `/user.slice/docker-${ID}.scope`,
  `/user.slice/user-1000.slice/session-1.scope/docker-${ID}.scope`,
  `/user.slice/user-1000.slice/user@1001.service/user.slice/libpod-${ID}.scope`,
  `/machine.slice/libpod-conmon-${ID}.scope`,
  `/kubepods.slice/kubepods-pod1.slice/crio-conmon-${ID}.scope`,
  `/../system.slice/docker-${ID}.scope`,
  '/machine.slice/machine-qemu\\x2d1\\x2dwindows.scope',
  `${USER}/app.slice/lxc.payload.web`,
  `${USER}/machine.slice/machine-web.scope`,
];

function told(path: string): string | undefined {
  const place = containerPlaceOf(path);
  if (place === undefined) return undefined;
  const { runtime, id, uid, namespace, needsRoot } = place;
  const notes = [
    uid === undefined ? '' : ` by ${uid}`,
    namespace === undefined ? '' : ` of ${namespace}`,
    needsRoot ? ' if root made it' : '',
  ];
  return `${runtime} ${id}${notes.join('')}`;
}

describe('the container of a cgroup', () => {
  for (const [path, expected] of KNOWN)
    test(`of ${path.replaceAll(ID, 'ID')}`, () => assert.equal(told(path), expected));

  test('is none where another than the runtime could make the name', () => {
    for (const path of UNKNOWN) assert.equal(told(path), undefined, path);
  });

  test('of a user is that of the user in whose slice it is, whatever stands below', () => {
    const parts = fc.array(fc.constantFrom(...KNOWN.flatMap(([path]) => path.split('/').slice(1))));
    fc.assert(
      fc.property(parts, (below) => {
        const place = containerPlaceOf(`${USER}/${below.join('/')}`);
        assert.ok(place === undefined || place.uid === 1000);
      }),
    );
  });

  test('is looked for in any text without a fault, and soon', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void containerPlaceOf(`/${text}`)));
    const startedMs = performance.now();
    containerPlaceOf(`${USER}${'/libpod-'.repeat(500)}`);
    containerPlaceOf(`/kubepods.slice${'/kubepods-a.slice'.repeat(200)}`);
    containerPlaceOf('/x'.repeat(1_000_000));
    assert.ok(performance.now() - startedMs < 5000);
  });
});
