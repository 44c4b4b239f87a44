// Generates proto/gen from proto/sallyport/v1/firewall.proto: firewall.ts (the wire types, readonly, oneofs as
// discriminated unions) and firewall.json (the descriptor that proto/service.ts loads without a parser).
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import protobuf from 'protobufjs';

const PROTO = join(dirname(dirname(fileURLToPath(import.meta.url))), 'proto');
const SOURCE = 'sallyport/v1/firewall.proto';
const PACKAGE = 'sallyport.v1';

const HEADER = `// Generated from proto/${SOURCE} by \`npm run codegen\`. Do not edit.
// 64-bit integers are decimal strings. An enum value that this version does not know arrives as a number.
`;

/** TypeScript of a scalar as proto/service.ts decodes it. */
const SCALARS: Readonly<Record<string, string>> = {
  bool: 'boolean',
  string: 'string',
  double: 'number',
  uint32: 'number',
  sint32: 'number',
  uint64: 'string',
};

/** The generated files by absolute path. Throws where the .proto uses something that is not handled here. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const root = new protobuf.Root();
  root.loadSync(join(PROTO, SOURCE), { alternateCommentMode: true });
  root.resolveAll();
  return new Map([
    await formatted('firewall.ts', typesOf(root.lookup(PACKAGE) as protobuf.Namespace)),
    await formatted('firewall.json', JSON.stringify(root.toJSON())),
  ]);
}

async function formatted(name: string, text: string): Promise<[string, string]> {
  const filepath = join(PROTO, 'gen', name);
  return [filepath, await format(text, { ...(await resolveConfig(filepath)), filepath })];
}

function typesOf(namespace: protobuf.Namespace): string {
  return [HEADER, ...namespace.nestedArray.map(declarationOf)].join('\n');
}

function declarationOf(object: protobuf.ReflectionObject): string {
  if (object instanceof protobuf.Enum) return enumOf(object);
  if (object instanceof protobuf.Type) return messageOf(object);
  if (object instanceof protobuf.Service) return serviceOf(object);
  throw new Error(`${SOURCE}: no type is generated for ${object.fullName}`);
}

function enumOf(object: protobuf.Enum): string {
  const constant = `${object.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}_NAMES`;
  const names = Object.keys(object.values).map((name) => `'${name}'`);
  return `${comment(object.comment, '')}export const ${constant} = [${names.join(', ')}] as const;
export type ${object.name} = (typeof ${constant})[number];\n`;
}

function messageOf(message: protobuf.Type): string {
  const choices = message.oneofsArray.filter((oneof) => !isOptionalField(oneof));
  const plain = message.fieldsArray.filter((field) => !field.partOf || isOptionalField(field.partOf));
  const head = comment(message.comment, '');
  if (choices.length === 0)
    return `${head}export interface ${message.name} {\n${plain.map(fieldOf).join('')}}\n`;
  if (choices.length > 1 || plain.length > 0)
    throw new Error(
      `${SOURCE}: ${message.name} has a oneof and other fields: only one oneof alone is handled`,
    );
  return `${head}export type ${message.name} =\n${choices.map(unionOf).join('')}`;
}

function unionOf(oneof: protobuf.OneOf): string {
  const cases = oneof.fieldsArray.map(
    (field) =>
      `${comment(field.comment, '  ')}  | { readonly ${oneof.name}: '${field.name}'; readonly ${field.name}: ${typeName(field)} }\n`,
  );
  return `${cases.join('')}  /** Nothing was set, or something that this version does not know. */
  | { readonly ${oneof.name}?: undefined };\n`;
}

function fieldOf(field: protobuf.Field): string {
  const mayBeAbsent = field.resolvedType instanceof protobuf.Type || field.partOf !== null;
  const type = field.repeated ? `readonly ${typeName(field)}[]` : typeName(field);
  const declared = mayBeAbsent && !field.repeated ? `?: ${type} | undefined` : `: ${type}`;
  return `${comment(field.comment, '  ')}  readonly ${field.name}${declared};\n`;
}

function typeName(field: protobuf.Field): string {
  const name = field.resolvedType?.name ?? SCALARS[field.type];
  if (name === undefined || field.map) throw new Error(`${SOURCE}: ${field.fullName} has no TypeScript type`);
  return name;
}

function serviceOf(service: protobuf.Service): string {
  const methods = service.methodsArray.map((method) => {
    const name = method.name.charAt(0).toLowerCase() + method.name.slice(1);
    const parts = `readonly request: ${method.requestType}; readonly response: ${method.responseType}; readonly stream: ${String(method.responseStream ?? false)}`;
    return `${comment(method.comment, '  ')}  readonly ${name}: { ${parts} };\n`;
  });
  return `${comment(service.comment, '')}export interface ${service.name}Methods {\n${methods.join('')}}\n`;
}

function isOptionalField(oneof: protobuf.OneOf): boolean {
  return oneof.fieldsArray.every((field) => field.options?.['proto3_optional'] === true);
}

function comment(text: string | null, indent: string): string {
  return text === null ? '' : `${indent}/** ${text.replaceAll('\n', ' ')} */\n`;
}
