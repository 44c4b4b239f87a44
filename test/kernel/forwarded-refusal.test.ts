// How soon a program behind this machine hears that its flow is denied: as soon as one of the machine itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ContainerNetwork } from '../lab/container-network.ts';
import type { LabContainer } from '../lab/lab-container.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { roundsUntil } from '../lab/quiet-round.ts';
import { needsRoot } from '../lab/root.ts';
import { openContainerStage } from './container-stage.ts';
import type { ContainerStage } from './container-stage.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER } from './stage.ts';
import type { Kind, Stage } from './stage.ts';

const KINDS: readonly Kind[] = ['tcp', 'udp-connected', 'udp'];
const AT_ONCE_MS = atThisPaceMs(50);
const isAtOnce = (ms: number): boolean => ms < AT_ONCE_MS;

describe('a denied flow of a container', { skip: needsRoot, timeout: atThisPaceMs(120_000) }, () => {
  let containerStage: ContainerStage;
  let stage: Stage;
  let network: ContainerNetwork;
  let container: LabContainer;
  before(async () => {
    containerStage = await openContainerStage('web');
    ({ stage, network, container } = containerStage);
  });
  after(() => containerStage[Symbol.asyncDispose]());

  async function ready(app: string, kind: Kind, family: 4 | 6): Promise<LabProgram> {
    const words = container.inside(app, '--on-line', kind, SERVER[family], String(PORT));
    const program = stage.start(...words);
    await program.line(0);
    return program;
  }
  /** From what is done to the program's word of its error. */
  async function untilRefusedMs(program: LabProgram, act: () => unknown): Promise<number> {
    const line = program.lines.length;
    const startedMs = performance.now();
    await act();
    assert.match(await program.line(line), /^ECONNREFUSED$/);
    return performance.now() - startedMs;
  }

  for (const kind of KINDS)
    for (const family of [4, 6] as const) {
      test(`by a rule fails at once: ${kind} over IPv${family}`, async (context) => {
        const app = stage.app(`ruled-${kind}-${family}`);
        await stage.person.client.putRule({
          rule: ruleFor(`container:docker/web:${app}`, 'ACTION_DENY'),
        });
        const program = await ready(app, kind, family);
        const tryAgain = () => untilRefusedMs(program, () => program.goOn());
        await tryAgain();
        const [ms] = await roundsUntil(isAtOnce, tryAgain);
        context.diagnostic(`${ms.toFixed(1)} ms`);
        assert.ok(isAtOnce(ms), `${ms} ms`);
      });

      test(`by an answer fails at once: ${kind} over IPv${family}`, async (context) => {
        const app = stage.app(`answered-${kind}-${family}`);
        const program = await ready(app, kind, family);
        const [ms] = await roundsUntil(isAtOnce, async () => {
          program.goOn();
          const prompt = await stage.person.asked(`container:docker/web:${app}`);
          return untilRefusedMs(program, () =>
            stage.person.answer(prompt, { action: 'deny', lifetime: 'once' }),
          );
        });
        context.diagnostic(`${ms.toFixed(1)} ms`);
        assert.ok(isAtOnce(ms), `${ms} ms`);
      });
    }

  for (const [family, command, protocol] of [
    [4, 'iptables', 'icmp'],
    [6, 'ip6tables', 'ipv6-icmp'],
  ] as const)
    test(`is told once more where the word did not reach it: tcp over IPv${family}`, async (context) => {
      const app = stage.app(`missed-${family}`);
      await stage.person.client.putRule({ rule: ruleFor(`container:docker/web:${app}`, 'ACTION_DENY') });
      const program = await ready(app, 'tcp', family);
      const errors = protocol === 'icmp' ? ['--icmp-type', '3'] : ['--icmpv6-type', '1'];
      const everyOther = ['-m', 'statistic', '--mode', 'nth', '--every', '2', '--packet', '0'];
      network.run(command, '-w', '-A', 'INPUT', '-p', protocol, ...errors, ...everyOther, '-j', 'DROP');
      // A SYN that nobody answers is sent again after a second.
      const isBefore = (ms: number): boolean => ms < atThisPaceMs(500);
      const [ms] = await roundsUntil(isBefore, () => untilRefusedMs(program, () => program.goOn()));
      context.diagnostic(`${ms.toFixed(1)} ms`);
      assert.ok(isBefore(ms), `${ms} ms`);
    });
});
