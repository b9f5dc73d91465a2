import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
} from 'graphql';
import { printedSchema } from '../../src/graphql/print-schema';
import { limitedFields, limitRootFields } from '../../src/graphql/rate-limited-fields';
import { buildGraphQLSchema } from '../../src/graphql/schema';

const schema = buildGraphQLSchema();

it('should keep schema.graphql as the classes have it ("npm run generate" writes it anew)', () => {
  expect(readFileSync('schema.graphql', 'utf8')).toBe(printedSchema(schema));
});

it('should describe every type, field, argument and enum value', () => {
  const undescribed = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => describable(type))
    .filter(({ description }) => !description)
    .map(({ name }) => name);
  expect(undescribed).toEqual([]);
});

it('should say of every scalar of its own where it is specified', () => {
  const scalars = Object.values(schema.getTypeMap()).filter(isScalarType);
  const own = scalars.filter((type) => !isSpecifiedScalarType(type));
  expect(own.map(({ name }) => name).sort()).toEqual(['DateTime', 'Decimal']);
  for (const { specifiedByURL } of own) expect(specifiedByURL).toMatch(/^https:\/\//);
});

it('should not build with a mutation that says nothing of its limit', () => {
  const undeclared = buildSchema('type Query { a: Int } type Mutation { grantWishes: Boolean }');
  expect(() => limitRootFields(undeclared)).toThrow('The mutation grantWishes says nothing with @RateLimit');
});

it('should take one try at each limited field from one operation', () => {
  const limited = limitedFields(schema);
  expect(limited).toEqual(
    expect.arrayContaining(['register', 'login', 'refresh', 'verifyEmail', 'resetPassword', 'deleteAccount']),
  );
  expect(limited).not.toEqual(expect.arrayContaining(['updateProfile']));
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
  if (!isObjectType(type) && !isInterfaceType(type)) return [type];
  return [
    type,
    ...Object.values(type.getFields()).flatMap((field) => [part(field), ...field.args.map(part)]),
  ];
}
