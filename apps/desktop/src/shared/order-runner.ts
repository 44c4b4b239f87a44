// Programs that do what others tell them: interpreters with a script, tools with a command line. Of them the name says little;
// the script, and who started them, says more. Both are taken from command lines, which processes can rewrite: claims, not proof.

export type Orders =
  /** An interpreter with a script file or a module. */
  | { readonly kind: 'script'; readonly script: string }
  /** An interpreter with a program in its arguments, such as `python3 -c`. */
  | { readonly kind: 'inline'; readonly code: string }
  /** An interpreter with nothing to run: it takes its program from a person or another process. */
  | { readonly kind: 'interactive' }
  /** A tool that connects wherever its arguments say. */
  | { readonly kind: 'tool' };

interface Interpreter {
  /** Options whose next argument is the program itself. */
  readonly inline: readonly string[];
  /** Options whose next argument names the script. */
  readonly named: readonly string[];
  /** Other options that take the next argument. */
  readonly valued: readonly string[];
  /** Options after which the program comes from the standard input. */
  readonly piped: readonly string[];
  /** Words before the script that say nothing, such as the `run` of `deno run`. */
  readonly commands: readonly string[];
}

function interpreter(inline: string, named = '', valued = ''): Interpreter {
  const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');
  const options = { inline: words(inline), named: words(named), valued: words(valued) };
  return { ...options, piped: ['-'], commands: [] };
}

const SHELL: Interpreter = { ...interpreter('-c', '', '-o -O --rcfile --init-file'), piped: ['-', '-s'] };
const NODE = interpreter('-e -p -pe --eval --print', '', '-r --require --import --loader -C --conditions');
const RUBY = interpreter('-e', '', '-I -r -C');

const INTERPRETERS: readonly (readonly [RegExp, Interpreter])[] = [
  [/^(?:ba|da|z|k|mk|a|fi|tc|c)?sh$/, SHELL],
  [/^(?:python|pypy)[\d.]*$/, interpreter('-c', '-m', '-W -X -Q')],
  [/^(?:node|nodejs)$/, NODE],
  [/^bun$/, { ...NODE, commands: ['run'] }],
  [/^deno$/, { ...interpreter('eval'), commands: ['run'] }],
  [/^perl[\d.]*$/, interpreter('-e -E', '', '-I -M -m')],
  [/^j?ruby[\d.]*$/, RUBY],
  [/^php[\d.]*$/, interpreter('-r', '-f', '-c -d -S -t')],
  [
    /^java$/,
    interpreter('', '-jar -m --module', '-cp -classpath --class-path -p --module-path --add-modules'),
  ],
  [/^lua(?:jit)?[\d.]*$/, interpreter('-e', '', '-l')],
  [/^(?:tclsh|wish)[\d.]*$/, interpreter('')],
  [/^pwsh$/, interpreter('-c -Command', '-f -File')],
  [/^(?:dotnet|mono)$/, interpreter('')],
];

const TOOLS =
  /^(?:curl|wget|aria2c|ssh|scp|sftp|rsync|git|git-remote-https?|nc|ncat|netcat|nc\.(?:openbsd|traditional)|socat|telnet|ftp|openssl|busybox|toybox|xargs|env|docker|podman)$/;

/** What the program was told to do; undefined for a program that acts on its own. `path` is the executable's, not a claim. */
export function ordersOf(path: string | undefined, commandLine: readonly string[]): Orders | undefined {
  const name = fileName(path ?? '');
  const found = INTERPRETERS.find(([pattern]) => pattern.test(name));
  if (found !== undefined) return interpretedOrders(found[1], commandLine.slice(1));
  return TOOLS.test(name) ? { kind: 'tool' } : undefined;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function interpretedOrders(options: Interpreter, words: readonly string[]): Orders {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const next = words[index + 1] ?? '';
    if (options.piped.includes(word)) return { kind: 'interactive' };
    if (options.named.includes(word)) return { kind: 'script', script: next };
    if (isOneOf(options.inline, word, options)) return { kind: 'inline', code: next };
    if (isOneOf(options.valued, word, options)) index += 1;
    else if (word === '--') return next === '' ? { kind: 'interactive' } : { kind: 'script', script: next };
    else if (!/^[-+]/.test(word) && !options.commands.includes(word)) return { kind: 'script', script: word };
  }
  return { kind: 'interactive' };
}

/** The option itself, or a cluster of letters that ends with it: `-lc` of shells, `-eo pipefail`. `-MEncode` is a value, no cluster. */
function isOneOf(wanted: readonly string[], word: string, options: Interpreter): boolean {
  if (wanted.includes(word)) return true;
  const last = /^-[A-Za-z]+([A-Za-z])$/.exec(word)?.[1];
  const hasValueInside = options.valued.includes(word.slice(0, 2)) || options.valued.includes(word);
  return last !== undefined && !hasValueInside && wanted.includes(`-${last}`);
}
