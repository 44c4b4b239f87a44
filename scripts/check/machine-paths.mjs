// Paths and hosts of somebody's machine have no place in the repository.

// People who appear in examples; everybody else's home is somebody's machine.
const EXAMPLE_PEOPLE = 'alice|bob|carol|dave|user|you';

const FORBIDDEN = [
  { what: "a machine's folder", pattern: /(?<![\w.:/$}~-])\/(?:work|root)\/[\w.-]/ },
  {
    what: "a person's home",
    pattern: new RegExp(`(?<![\\w.:/$}~-])/home/(?!(?:${EXAMPLE_PEOPLE})\\b)[\\w-]`),
  },
  { what: 'a registry host', pattern: /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.\w|\bnpm\.pkg\.github\b/ },
];

/** One sentence for each line that names such a place. */
export function machinePathProblems(path, text) {
  return text
    .split('\n')
    .flatMap((line, index) =>
      FORBIDDEN.filter(({ pattern }) => pattern.test(line)).map(
        ({ what }) => `${path}:${index + 1} names ${what}: ${line.trim().slice(0, 100)}`,
      ),
    );
}

/** Where package-lock.json says from where a package was downloaded. Links within the workspace are no download. */
export function lockProblems(lock) {
  return Object.entries(lock.packages ?? {})
    .filter(([, entry]) => /^\w+:/.test(entry.resolved ?? ''))
    .map(
      ([path]) =>
        `package-lock.json: ${path} has a download address; run npm install with omit-lockfile-registry-resolved=true`,
    );
}
