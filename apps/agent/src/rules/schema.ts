// The shape of a rule in a file: one definition for the reader, the types and the published JSON Schema.
import { z } from 'zod';
import { NETWORK_NAMES } from '../domain/address.ts';
import { PACKET, PROTOCOL_NUMBERS } from '../domain/flow-key.ts';

const protocolNames = [...Object.keys(PROTOCOL_NUMBERS), PACKET].join('|');
const protocolError = `must be ${protocolNames.replaceAll('|', ', ')}, or ip-N with an IANA number 0-255`;
const timeError = 'must be a time with its zone, such as 2026-12-01T18:00:00Z';

const time = z.iso.datetime({ offset: true, error: timeError });
const portError = 'must be a port 1-65535, or a range such as 8000-8100';
const port = z.union(
  [
    z.int().min(1, { error: portError }).max(65_535, { error: portError }),
    z.string().regex(/^[1-9]\d{0,4}(-[1-9]\d{0,4})?$/, { error: portError }),
  ],
  {
    error: 'must be a port 1-65535, or a range such as 8000-8100',
  },
);
export const protocolPattern = new RegExp(`^(${protocolNames}|ip-\\d{1,3})$`);
const protocol = z.string().regex(protocolPattern, { error: protocolError });
const address = z.string({
  error: `must be an address, a CIDR or one of ${NETWORK_NAMES.join(', ')}`,
});

const userError = 'must be a user id or a user name';

function oneOrMore<Item extends z.ZodType>(item: Item, what: string) {
  const list = z
    .array(item)
    .min(1, { error: 'is an empty list, which would match nothing: leave the key out to match everything' });
  return z.union([item, list], { error: `must be ${what}, or a list of such` });
}

export const ruleEntrySchema = z
  .strictObject({
    id: z
      .string({ error: 'is missing: give the rule a name of its own, such as curl-443' })
      .regex(/^[a-z0-9][a-z0-9._-]{0,127}$/, {
        error: 'must be 1 to 128 of a-z, 0-9, dot, underscore and hyphen, and begin with a letter or digit',
      })
      .describe('Name of the rule, unique among all files.'),
    action: z.enum(['allow', 'deny'], { error: 'must be allow or deny' }),
    app: z
      .string({ error: 'must be the path of an executable, such as /usr/bin/curl' })
      .min(1, { error: 'must not be empty: leave the key out for any app' })
      .max(4096, { error: 'is longer than any path' })
      .optional()
      .describe(
        'Path of the executable, absolute and without . or .. in it; in a container with the container before it, or the container alone for every app in it. Absent: any app.',
      ),
    user: z
      .union(
        [
          z.int().min(0, { error: userError }).max(0xffff_fffe, { error: userError }),
          z.string().min(1, { error: userError }).max(256, { error: userError }),
        ],
        {
          error: userError,
        },
      )
      .optional()
      .describe('User id or user name. Absent: any user.'),
    direction: z
      .enum(['out', 'in', 'any'], { error: 'must be out, in or any' })
      .optional()
      .describe('Who begins: this computer (out), the other end (in), or either (any). Absent: out.'),
    protocol: oneOrMore(protocol, protocolError.slice('must be '.length)).optional(),
    address: oneOrMore(address, `an address, a CIDR or one of ${NETWORK_NAMES.join(', ')}`)
      .optional()
      .describe(`Remote address, CIDR or named network (${NETWORK_NAMES.join(', ')}). Absent: any address.`),
    port: oneOrMore(port, 'a port 1-65535, or a range such as 8000-8100')
      .optional()
      .describe('Remote port going out, local port coming in. Absent: any port.'),
    priority: z
      .int({ error: 'must be a whole number' })
      .min(-1_000_000, { error: 'must not be below -1000000' })
      .max(1_000_000, { error: 'must not be above 1000000' })
      .optional()
      .describe('Rules with a higher priority are asked first; 0 unless said.'),
    until: time.optional().describe('When the rule ends. Absent: never.'),
    enabled: z.boolean({ error: 'must be true or false' }).optional(),
    origin: z
      .enum(['prompt', 'user', 'import', 'default'], { error: 'must be prompt, user, import or default' })
      .optional(),
    created: time.optional(),
    note: z
      .string({ error: 'must be text: put it in quotes' })
      .max(4096, { error: 'must not be longer than 4096 characters' })
      .optional(),
  })
  .describe('A Sallyport rule. Every condition that is present must hold.');

/** A rule as written in a file. */
export type RuleEntry = z.infer<typeof ruleEntrySchema>;
export type RuleKey = keyof RuleEntry;

/** In the order in which they are written. */
export const RULE_KEYS = Object.keys(ruleEntrySchema.shape) as readonly RuleKey[];

/** The published JSON Schema of a rule file: one rule or a list of rules. */
export function ruleFileJsonSchema(): string {
  const schema = z.union([ruleEntrySchema, z.array(ruleEntrySchema)]);
  const title = { title: 'Sallyport rule file' };
  return `${JSON.stringify({ ...title, ...z.toJSONSchema(schema, { io: 'input' }) }, undefined, 2)}\n`;
}
