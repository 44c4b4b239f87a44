// Writes the published JSON Schema of rule files beside this file: node apps/agent/src/rules/schema.codegen.ts
import { writeFileSync } from 'node:fs';
import { ruleFileJsonSchema } from './schema.ts';

/** Where the JSON Schema is published. */
export const RULE_SCHEMA_FILE = new URL('rule.schema.json', import.meta.url);

export function writeRuleSchema(): void {
  writeFileSync(RULE_SCHEMA_FILE, ruleFileJsonSchema());
}

if (import.meta.main) writeRuleSchema();
