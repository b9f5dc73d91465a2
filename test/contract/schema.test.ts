import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { isEnumType, isInputObjectType, isObjectType, type GraphQLNamedType } from 'graphql';
import { printedSchema } from '../../src/graphql/print-schema';
import { buildGraphQLSchema } from '../../src/graphql/schema';

const schema = buildGraphQLSchema();

it('should keep schema.graphql as the classes have it ("npm run schema" writes it anew)', () => {
  expect(readFileSync('schema.graphql', 'utf8')).toBe(printedSchema(schema));
});

it('should describe every type, field, argument and enum value', () => {
  const undescribed = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => describable(type))
    .filter(({ description }) => !description)
    .map(({ name }) => name);
  expect(undescribed).toEqual(['Query', 'Mutation']);
});

interface Describable {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** A type with all its parts, each under its full name. */
function describable(type: GraphQLNamedType): Describable[] {
  const part = ({ name, description }: Describable): Describable => ({
    name: `${type.name}.${name}`,
    description,
  });
  if (isEnumType(type)) return [type, ...type.getValues().map(part)];
  if (isInputObjectType(type)) return [type, ...Object.values(type.getFields()).map(part)];
  if (!isObjectType(type)) return [type];
  return [
    type,
    ...Object.values(type.getFields()).flatMap((field) => [part(field), ...field.args.map(part)]),
  ];
}
