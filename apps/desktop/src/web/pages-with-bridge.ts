// The pages as the web shell serves them: its bridge before a page's own script, and the question at `/`.
import type { PageFile, PageFiles } from '../host/page-files.ts';

const START_PAGE = '/prompt.html';
const BRIDGE = /^\/assets\/web-bridge-[\w-]{8}\.js$/;

/** Undefined where the build is not a finished one. */
export function pagesWithBridge(built: PageFiles): PageFiles | undefined {
  const files = new Map(built);
  const bridge = [...files.keys()].find((path) => BRIDGE.test(path));
  if (bridge === undefined) return undefined;
  for (const [path, file] of files) if (path.endsWith('.html')) files.set(path, withBridge(file, bridge));
  const start = files.get(START_PAGE);
  return start && files.set('/', start);
}

/** Module scripts run in the order of the document: the bridge is there when the page's own script looks for it. */
function withBridge({ contentType, content }: PageFile, bridge: string): PageFile {
  const script = `<script type="module" src="${bridge}"></script>`;
  return {
    contentType,
    content: Buffer.from(content.toString().replace('<script', `${script}\n    <script`)),
  };
}
