import {
  getNamedType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { comment, declarationText, inputText, typeText } from './render-client-types';

type Field = GraphQLField<unknown, unknown>;
type OperationKind = 'query' | 'mutation' | 'subscription';

/** The text of `client/src/generated.ts`: every type of the schema, and one operation for each root field. */
export function renderClient(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !roots.some((root) => root?.name === type.name),
  );
  const fieldsOf = (root: (typeof roots)[number]): Field[] => Object.values(root?.getFields() ?? {});
  const [queries, mutations, subscriptions] = roots.map(fieldsOf) as [Field[], Field[], Field[]];
  const documents = [
    ...queries.map((field) => documentLine(schema, 'query', field)),
    ...mutations.map((field) => documentLine(schema, 'mutation', field)),
  ];
  return [
    '// Generated from schema.graphql by "npm run generate"; do not edit.\n',
    ...types.map((type) => declarationText(schema, type)).filter((text) => text !== ''),
    errorCodesText(schema),
    `/** Each field of Query and Mutation as a method: its arguments in, all it can answer out. */\nexport interface Operations {\n${[...queries, ...mutations].map(methodText).join('')}}\n`,
    `/** What selects everything of one root field. */\nexport const documents: Readonly<Record<keyof Operations, string>> = {\n${documents.join('')}};\n`,
    `/** Each field of Subscription: what it takes and what it tells. */\nexport interface Subscriptions {\n${subscriptions.map(subscriptionText).join('')}}\n`,
    `export const subscriptionDocuments: Readonly<Record<keyof Subscriptions, string>> = {\n${subscriptions.map((field) => documentLine(schema, 'subscription', field)).join('')}};\n`,
  ].join('\n');
}

function errorCodesText(schema: GraphQLSchema): string {
  const type = schema.getType('ErrorCode');
  const codes = isEnumType(type) ? type.getValues().map(({ name }) => `  '${name}',\n`) : [];
  return `/** Every value of ErrorCode. */\nexport const errorCodes: readonly ErrorCode[] = [\n${codes.join('')}];\n`;
}

function variablesText({ args }: Field): string {
  if (args.length === 0) return '';
  const fields = args.map((arg) => inputText({ ...arg, isRequired: isRequiredArgument(arg) }));
  return `{\n${fields.join('').replaceAll(/^/gm, '  ').trimEnd()}\n  }`;
}

function methodText(field: Field): string {
  const variables = variablesText(field);
  const optional = field.args.some(isRequiredArgument) ? '' : '?';
  const parameter = variables === '' ? '' : `variables${optional}: ${variables}`;
  return `${comment(field.description, '  ')}  ${field.name}(${parameter}): Promise<${typeText(field.type)}>;\n`;
}

function subscriptionText(field: Field): string {
  const variables = variablesText(field) || 'Record<never, never>';
  return `${comment(field.description, '  ')}  ${field.name}: { variables: ${variables}; event: ${typeText(field.type)} };\n`;
}

function documentLine(schema: GraphQLSchema, kind: OperationKind, field: Field): string {
  const { name, args, type } = field;
  const declared = args.map((arg) => `$${arg.name}:${String(arg.type)}`).join(' ');
  const passed = args.map((arg) => `${arg.name}:$${arg.name}`).join(' ');
  const brackets = (text: string): string => (text === '' ? '' : `(${text})`);
  const selection = selectionText(schema, getNamedType(type));
  return `  ${name}: '${kind} ${name}${brackets(declared)}{${name}${brackets(passed)}${selection}}',\n`;
}

/** Every field without required arguments, all the way down; a type within itself is left out. */
function selectionText(schema: GraphQLSchema, type: GraphQLNamedType, above: readonly string[] = []): string {
  if (isLeafType(type)) return '';
  if (isInterfaceType(type)) {
    const members = schema
      .getPossibleTypes(type)
      .map((member) => `...on ${member.name}${selectionText(schema, member, above)}`);
    return `{__typename ${members.join(' ')}}`;
  }
  if (!isObjectType(type)) return '{__typename}';
  const fields = Object.values(type.getFields())
    .filter((field) => !above.includes(getNamedType(field.type).name))
    .map((field) => field.name + selectionText(schema, getNamedType(field.type), [...above, type.name]));
  return `{${fields.join(' ')}}`;
}
