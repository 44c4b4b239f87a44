// Where a program is counts as much as its file: who may open a packet socket on the machine may not in a container.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { LabCgroup } from '../lab/lab-cgroup.ts';
import { LabContainer } from '../lab/lab-container.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { isJudged, NO_HOOK, opened, openerOf, putRule, recordsOf } from './packet-socket-openers.ts';
import { ruleFor } from './rule-for.ts';
import { Stage } from './stage.ts';

const PLACE = `sallyport-${process.pid}`;

describe(
  'packet sockets that the kernel judges by place',
  { skip: needsRoot, timeout: atThisPaceMs(120_000) },
  () => {
    const runtimeRoot = mkdtempSync(join(tmpdir(), 'sallyport-runtime-'));
    let stage: Stage;
    before(
      async () => void (stage = await Stage.open({ args: ['--strict', '--container-root', runtimeRoot] })),
    );
    after(async () => {
      await stage[Symbol.asyncDispose]();
      rmSync(runtimeRoot, { recursive: true });
    });

    test('strict: a rule holds for a service with a mount namespace of its own, and for no container with the same file', async (context) => {
      if (!(await isJudged(stage))) return context.skip(NO_HOOK);
      const app = openerOf(stage, 'everywhere');
      const { matcher } = ruleFor(app, 'ACTION_ALLOW');
      assert.ok(matcher);
      await putRule(stage, {
        ...ruleFor(app, 'ACTION_ALLOW'),
        matcher: { ...matcher, protocols: ['packet'] },
      });
      assert.equal(await opened(stage.start(app)), 'open');

      using container = new LabContainer({ name: 'tools', runtimeRoot });
      const inside = stage.start(...container.inside(app));
      assert.equal(await opened(inside), 'EPERM');
      const [record] = await recordsOf(stage, `container:docker/tools:${app}`);
      assert.equal(record?.reason, 'failure packetSocketUnknown');
      await inside.end();

      for (const [place, answer] of [
        [`system.slice/${PLACE}.service`, 'open'],
        [`system.slice/system-${PLACE}.slice/${PLACE}@0.service`, 'open'],
        [`machine.slice/systemd-nspawn@${PLACE}.service`, 'EPERM'],
        [`system.slice/docker-${PLACE}.scope/system.slice/${PLACE}.service`, 'EPERM'],
      ] as const) {
        using cgroup = new LabCgroup(place);
        const service = stage.start(...cgroup.inside('unshare', '--mount', app));
        assert.equal(await opened(service), answer, place);
        await service.end();
      }
    });
  },
);
