// Every folder of the agent is one that the arrows know: a new one is a decision, made here and in docs/architecture.md.

const AGENT_FOLDERS = new Set(
  'domain policy capture correlator prompts rules names history kernel firewall refusal traffic api platform'.split(
    ' ',
  ),
);

export function layoutProblems(paths) {
  const folders = paths
    .map((path) => /^apps\/agent\/src\/([^/]+)\//.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(folders)]
    .filter((name) => !AGENT_FOLDERS.has(name))
    .map(
      (name) =>
        `apps/agent/src/${name}/ is not in the layout: add it to docs/architecture.md and to scripts/check/layout.mjs.`,
    );
}
