import type { Report } from './report.ts';
export function benchHeld(): Promise<Report> {
  throw new Error('todo');
}
