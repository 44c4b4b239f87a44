// The built pages, read once at the start, for both shells: a request can only name one of them, so no path leads anywhere else.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly contentType: string;
  readonly content: Buffer;
}

/** By the path of the request, e.g. `/prompt.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const PROMPT_PAGE = '/prompt.html';

/** Undefined where the folder holds no finished build. */
export function readPageFiles(folder: string): PageFiles | undefined {
  const files = new Map(pathsBelow(folder).flatMap((path) => fileOf(folder, path)));
  return files.has(PROMPT_PAGE) ? files : undefined;
}

function pathsBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length));
  } catch {
    return [];
  }
}

function fileOf(folder: string, path: string): readonly (readonly [string, PageFile])[] {
  const contentType = CONTENT_TYPES[extname(path)];
  return contentType === undefined
    ? []
    : [[path, { contentType, content: readFileSync(join(folder, path)) }]];
}
