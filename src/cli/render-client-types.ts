import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';

const BUILT_IN: Readonly<Record<string, string>> = {
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  String: 'string',
  ID: 'string',
};

/** A description as a comment above what it describes. */
export function comment(description: string | null | undefined, indent = ''): string {
  if (!description) return '';
  return `${indent}/** ${description.replaceAll('*/', '* /').replaceAll(/\s*\n\s*/g, ' ')} */\n`;
}

/** The TypeScript type of a value; what may be null says so. */
export function typeText(type: GraphQLType): string {
  return isNonNullType(type) ? bareTypeText(type.ofType) : `${bareTypeText(type)} | null`;
}

function bareTypeText(type: GraphQLType): string {
  if (isNonNullType(type)) return bareTypeText(type.ofType);
  if (isListType(type)) return `readonly ${elementText(typeText(type.ofType))}[]`;
  return BUILT_IN[type.name] ?? type.name;
}

const elementText = (text: string): string => (text.includes(' ') ? `(${text})` : text);

/** A field of an input, or an argument: what may be left out may also be undefined. */
export function inputText(input: {
  name: string;
  type: GraphQLType;
  description?: string | null | undefined;
  isRequired: boolean;
}): string {
  const { name, type, description, isRequired } = input;
  const optional = isRequired ? '' : '?';
  const text = isRequired ? typeText(type) : `${typeText(type)} | undefined`;
  return `${comment(description, '  ')}  readonly ${name}${optional}: ${text};\n`;
}

function enumText(type: GraphQLEnumType): string {
  const values = type
    .getValues()
    .map(({ name, description }) => `${comment(description, '  ')}  | '${name}'`);
  return `${comment(type.description)}export type ${type.name} =\n${values.join('\n')};\n`;
}

function inputObjectText(type: GraphQLInputObjectType): string {
  const fields = Object.values(type.getFields()).map((field) =>
    inputText({ ...field, isRequired: isRequiredInputField(field) }),
  );
  return `${comment(type.description)}export interface ${type.name} {\n${fields.join('')}}\n`;
}

function objectText(type: GraphQLObjectType): string {
  const fields = Object.values(type.getFields()).map(
    ({ name, description, type: fieldType }) =>
      `${comment(description, '  ')}  readonly ${name}: ${typeText(fieldType)};\n`,
  );
  return `${comment(type.description)}export interface ${type.name} {\n${fields.join('')}}\n`;
}

/** An interface is a union of what implements it, told apart by `__typename`. */
function interfaceText(schema: GraphQLSchema, type: GraphQLInterfaceType): string {
  const members = schema
    .getPossibleTypes(type)
    .map(({ name }) => `  | (${name} & { readonly __typename: '${name}' })`);
  return `${comment(type.description)}export type ${type.name} =\n${members.join('\n')};\n`;
}

/** The declaration of one type of the schema; empty for those that TypeScript has. */
export function declarationText(schema: GraphQLSchema, type: GraphQLNamedType): string {
  if (isScalarType(type)) {
    return isSpecifiedScalarType(type)
      ? ''
      : `${comment(type.description)}export type ${type.name} = string;\n`;
  }
  if (isEnumType(type)) return enumText(type);
  if (isInputObjectType(type)) return inputObjectText(type);
  if (isInterfaceType(type)) return interfaceText(schema, type);
  return isObjectType(type) ? objectText(type) : '';
}
