// The full reader: any YAML 1.2 that a person may write, without what makes YAML dangerous (aliases, tags, deep nesting).
import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Node, YAMLMap } from 'yaml';
import type { DocumentReading, Place, RuleDocument, TextProblem } from './rule-document.ts';

/** The general parser takes 2 to 12 seconds for each MiB, and holds the agent up meanwhile. */
export const LONGEST_FULL_TEXT = 128 * 1024;
const DEEPEST_NESTING = 16;
const MOST_DANGERS = 20;

export function parseFull(text: string, lineCounter: LineCounter): Document {
  return parseDocument(text, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    prettyErrors: false,
    lineCounter,
  });
}

export function readFull(text: string): DocumentReading {
  const deep = deepestLine(text);
  if (deep !== undefined) return refusedAt({ line: deep, column: 1 }, 'is nested too deeply for a rule');
  const lineCounter = new LineCounter();
  const document = parseFull(text, lineCounter);
  const placeOf = (offset: number): Place => placeAt(lineCounter, offset);
  const errors = [...document.errors, ...document.warnings].map((error) => ({
    ...placeOf(error.pos[0]),
    reason: `is not valid YAML: ${error.message}`,
  }));
  if (errors.length > 0) return { kind: 'refused', problems: errors };
  const dangers = dangersIn(document, placeOf);
  if (dangers.length > 0) return { kind: 'refused', problems: dangers };
  return readTop(document, placeOf);
}

function readTop(document: Document, placeOf: (offset: number) => Place): DocumentReading {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null))
    return documentOf('list', [], placeOf);
  if (isMap(contents)) return documentOf('single', [contents], placeOf);
  if (isSeq(contents)) return documentOf('list', contents.items.filter(isNode), placeOf);
  return refusedAt(
    placeOf(contents.range?.[0] ?? 0),
    'is neither a rule nor a list of rules: write keys such as id: and action:',
  );
}

function refusedAt(place: Place, reason: string): DocumentReading {
  return { kind: 'refused', problems: [{ ...place, reason }] };
}

function documentOf(
  shape: RuleDocument['shape'],
  nodes: readonly Node[],
  placeOf: (offset: number) => Place,
): DocumentReading {
  const locate: RuleDocument['locate'] = (index, path, what) => {
    const node = nodes[index];
    return placeOf(node === undefined ? 0 : offsetIn(node, path, what));
  };
  return {
    kind: 'document',
    document: { shape, isOfBlocks: false, entries: nodes.map((node) => node.toJSON() as unknown), locate },
  };
}

/** Offset of the innermost node on the path that exists. */
function offsetIn(node: Node, path: readonly PropertyKey[], what: 'key' | 'value'): number {
  const [step, ...rest] = path;
  const inner = step === undefined ? undefined : childOf(node, step, rest.length === 0 ? what : 'value');
  return inner === undefined ? (node.range?.[0] ?? 0) : offsetIn(inner, rest, what);
}

function childOf(node: Node, step: PropertyKey, what: 'key' | 'value'): Node | undefined {
  const child = isSeq(node) ? node.items[Number(step)] : isMap(node) ? pairPart(node, step, what) : undefined;
  return isNode(child) ? child : undefined;
}

function pairPart(map: YAMLMap, step: PropertyKey, what: 'key' | 'value'): unknown {
  const pair = map.items.find((one) => isScalar(one.key) && one.key.value === step);
  return what === 'key' ? pair?.key : (pair?.value ?? pair?.key);
}

function dangersIn(document: Document, placeOf: (offset: number) => Place): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Node: (_, node) => {
      const reason = dangerOf(node);
      if (reason !== undefined) problems.push({ ...placeOf(node.range?.[0] ?? 0), reason });
      return problems.length < MOST_DANGERS ? undefined : visit.BREAK;
    },
  });
  return problems;
}

function dangerOf(node: Node): string | undefined {
  if (isAlias(node)) return 'is an alias: write the value out where it is needed';
  const { anchor } = node as { readonly anchor?: string };
  if (anchor !== undefined) return 'has an anchor: remove it, values are not shared in rules';
  if (node.tag !== undefined) return 'has a tag: remove it, rules hold plain values only';
  return undefined;
}

function placeAt(lineCounter: LineCounter, offset: number): Place {
  const { line, col } = lineCounter.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/**
 * A line on which brackets or list markers nest deeper than any rule needs: the parser would recurse for each of them.
 * Brackets in text count too, which costs nobody anything.
 */
function deepestLine(text: string): number | undefined {
  let depth = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const markers = /^(?: *[-?:](?= |$))+/.exec(line)?.[0].replaceAll(' ', '').length ?? 0;
    for (const character of line) {
      if (character === '[' || character === '{') depth += 1;
      else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
      if (depth + markers > DEEPEST_NESTING) return index + 1;
    }
    if (!/^\s/.test(line)) depth = Math.min(depth, DEEPEST_NESTING);
  }
  return undefined;
}
