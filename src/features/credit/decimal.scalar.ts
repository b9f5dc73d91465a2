import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/**
 * Money on the wire. Which texts are amounts is the domain's to say, with INVALID_INPUT and the field's name; here it is
 * only seen to that a text stays the text that was sent. In a document that holds for numbers too; a number in the
 * variables comes out of JSON.parse, and its shortest text is what was sent for up to 15 digits.
 */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'Exact decimal as a string, two places.',
  serialize: (value) => textOf(value),
  parseValue: (value) => textOf(value),
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) return node.value;
    throw refusal();
  },
});

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw refusal();
}

function refusal(): GraphQLError {
  return new GraphQLError('Decimal must be a number or a string');
}
