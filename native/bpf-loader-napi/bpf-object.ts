// A compiled BPF object file: opened, adjusted, loaded into the kernel, and closed with all that hangs on it.
import { basename } from 'node:path';
import type { BpfLink } from './bpf-link.ts';
import { BpfMap } from './bpf-map.ts';
import { BpfProgram } from './bpf-program.ts';
import { BpfError, check, checkNumber } from './errors.ts';
import { native } from './native.ts';
import type { NativeObject, NativeVariable } from './native.ts';
import { readObjectFile } from './object-file.ts';
import { decodeVariable, encodeVariable } from './variable.ts';
import type { VariableValue } from './variable.ts';

export interface OpenOptions {
  /** Directory on a bpffs where maps declared with LIBBPF_PIN_BY_NAME are pinned, and found again by the next process. */
  readonly mapPinDirectory?: string;
  /** Map sizes other than the compiled ones. */
  readonly maps?: Readonly<Record<string, { readonly maxEntries?: number }>>;
  /** Initial values of global variables, `const volatile` ones included, by their C names. */
  readonly globals?: Readonly<Record<string, VariableValue>>;
}

/**
 * Reads and parses an object file. Nothing is loaded into the kernel yet.
 * @throws BpfError where libbpf refuses the file, and the ordinary file system errors.
 */
export function openObject(path: string, options: OpenOptions = {}): BpfObject {
  const file = readObjectFile(path);
  const answer = native.openObject(file.bytes, objectName(path), options.mapPinDirectory);
  const opened = check(answer, { operation: 'open', tried: `read the BPF object ${path}` });
  const object = new BpfObject(opened, { path, rehearseLoad: !file.onlyRootWrites });
  try {
    applyOptions(object, options);
  } catch (error) {
    object.close();
    throw error;
  }
  return object;
}

function applyOptions(object: BpfObject, options: OpenOptions): void {
  for (const [name, { maxEntries }] of Object.entries(options.maps ?? {})) {
    if (maxEntries !== undefined) object.setMaxEntries(name, maxEntries);
  }
  for (const [name, value] of Object.entries(options.globals ?? {})) object.writeGlobal(name, value);
}

/** libbpf names the internal maps after it; the kernel keeps 15 characters. */
function objectName(path: string): string {
  return basename(path)
    .replace(/(\.bpf)?\.o$/, '')
    .replace(/\W/g, '_');
}

export class BpfObject {
  readonly path: string;
  readonly #native: NativeObject;
  readonly #rehearseLoad: boolean;
  readonly #links = new Set<BpfLink>();
  readonly #maps = new Map<string, BpfMap>();

  /** @internal */
  constructor(object: NativeObject, origin: { readonly path: string; readonly rehearseLoad: boolean }) {
    this.path = origin.path;
    this.#rehearseLoad = origin.rehearseLoad;
    this.#native = object;
  }

  /**
   * Creates the maps and loads the programs.
   * @throws BpfError with `verifierLog` where the kernel refuses a program. The object can then only be closed.
   */
  load(): void {
    const status = this.#native.load(this.#rehearseLoad);
    checkNumber(status, { operation: 'load', tried: `load ${this.path} into the kernel` });
  }

  programs(): readonly BpfProgram[] {
    const entries = check(this.#native.programs(), {
      operation: 'programs',
      tried: `list the programs of ${this.path}`,
    });
    const home = { native: this.#native, links: this.#links };
    return entries.map((entry) => new BpfProgram(home, entry));
  }

  /** @throws BpfError ENOENT */
  program(name: string): BpfProgram {
    const found = this.programs().find((program) => program.name === name);
    if (found === undefined) throw this.#absent('program', name);
    return found;
  }

  /** All maps that the source declares; sections of variables are reached by `readGlobal`. Only after load. */
  maps(): readonly BpfMap[] {
    const names = check(this.#native.maps(), { operation: 'maps', tried: `list the maps of ${this.path}` });
    return names.map((name) => this.map(name));
  }

  /** The same BpfMap for the same name, until the object is closed. Only after load. */
  map(name: string): BpfMap {
    const known = this.#maps.get(name);
    if (known !== undefined) return known;
    const answer = this.#native.openMap(name);
    const map = new BpfMap(
      check(answer, { operation: 'map', tried: `use map ${name} of ${this.path} (load it first)` }),
      name,
    );
    this.#maps.set(name, map);
    return map;
  }

  /** Before load. */
  setMaxEntries(map: string, maxEntries: number): void {
    const attempt = {
      operation: 'setMaxEntries',
      tried: `give map ${map} of ${this.path} ${maxEntries} entries`,
    };
    checkNumber(this.#native.setMaxEntries(map, maxEntries), attempt);
  }

  /** A global variable's bytes: before load the initial value, afterwards what the programs see. */
  readGlobal(name: string): Buffer {
    const attempt = { operation: 'readGlobal', tried: `read variable ${name} of ${this.path}` };
    return check(this.#native.readVariable(name), attempt);
  }

  /** As `readGlobal`, for an unsigned integer of 1, 2, 4 or 8 bytes. */
  readGlobalNumber(name: string): bigint {
    return decodeVariable(name, this.readGlobal(name));
  }

  /** Numbers are written in the variable's own size; bytes must have it. `const` variables only before load. */
  writeGlobal(name: string, value: VariableValue): void {
    const attempt = { operation: 'writeGlobal', tried: `set variable ${name} of ${this.path}` };
    const variable: NativeVariable = check(this.#native.describeVariable(name), attempt);
    checkNumber(this.#native.writeVariable(name, encodeVariable(name, variable.sizeBytes, value)), attempt);
  }

  /** Detaches what is attached and not pinned, closes the maps, frees the object. Does nothing the second time. */
  close(): void {
    for (const link of [...this.#links]) link.close();
    for (const map of this.#maps.values()) map.close();
    this.#maps.clear();
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #absent(what: string, name: string): BpfError {
    return new BpfError({ operation: what, tried: `find ${what} ${name} in ${this.path}` }, 2);
  }
}
