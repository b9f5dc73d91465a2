import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isLosslessNumber } from 'lossless-json';

/**
 * Money on the wire. Which texts are amounts is the domain's to say, with INVALID_INPUT and the field's name; here it is
 * only seen to that a text stays the text that was sent, and a number the digits that were sent: one that a double would
 * round comes out of the body as a LosslessNumber.
 */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'Exact decimal as a string, two places.',
  specifiedByURL: 'https://www.w3.org/TR/xmlschema-2/#decimal',
  serialize: (value) => textOf(value),
  parseValue: (value) => textOf(value),
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) return node.value;
    throw refusal();
  },
});

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || isLosslessNumber(value)) return String(value);
  throw refusal();
}

function refusal(): GraphQLError {
  return new GraphQLError('Decimal must be a number or a string');
}
