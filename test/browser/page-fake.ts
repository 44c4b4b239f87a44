// Runs in the page before its own scripts: a DesktopApi without a host, which the test holds by `fakeDesktop`.
import { fakeDesktop } from '../../apps/desktop/src/test-support/fake-desktop-api.ts';
import type { FakeDesktop } from '../../apps/desktop/src/test-support/fake-desktop-api.ts';
import { BRIDGE_NAME } from '../../apps/desktop/src/shared/bridge-name.ts';
import { describedApps } from './app-icons.ts';
import type { Change } from '../../apps/desktop/src/shared/state.ts';

export interface TestPage {
  readonly fakeDesktop: FakeDesktop;
  /** What the content security policy had to forbid. */
  readonly violations: string[];
}

declare global {
  var testPage: TestPage;
  /** Put there by the test before this script. */
  var firstChanges: readonly Change[];
}

const desktop = fakeDesktop(...globalThis.firstChanges);
desktop.answers.describeApps = ({ apps, languages }) => ({ ok: true, value: describedApps(apps, languages) });
globalThis.testPage = { fakeDesktop: desktop, violations: [] };
Object.assign(globalThis, { [BRIDGE_NAME]: desktop.api });
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
  globalThis.testPage.violations.push(`${violatedDirective} ${blockedURI} ${sample}`),
);
