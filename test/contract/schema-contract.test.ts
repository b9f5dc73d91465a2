import 'reflect-metadata';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { buildGraphQLSchema } from '../../src/graphql/schema';

/**
 * What clients were promised of accounts and sessions. Written by hand, unlike schema.graphql: it changes only when the
 * promise does, and the schema may hold more than this but nothing else.
 */
const PROMISED = buildSchema(`
  scalar DateTime
  scalar Decimal

  type Query {
    me: User!
    user(id: ID, username: String): User!
    mySessions: [Session!]!
    node(id: ID!): Node
    creditTransactions(first: Int, after: String, last: Int, before: String): CreditTransactionConnection!
    errorCatalog: [ErrorDescription!]!
    health: Health!
  }

  type Mutation {
    register(input: RegisterInput!): RegisterPayload!
    login(input: LoginInput!): AuthPayload!
    refresh(refreshToken: String): AuthPayload!
    logout: Boolean!
    logoutAll: Int!
    revokeSession(id: ID!): Boolean!
    changePassword(input: ChangePasswordInput!): Boolean!
    updateProfile(input: UpdateProfileInput!): User!
    deleteAccount(password: String!): Boolean!
  }

  input RegisterInput { email: String!, password: String!, username: String, firstName: String, lastName: String }
  input LoginInput { identifier: String!, password: String! }
  input ChangePasswordInput { currentPassword: String!, newPassword: String! }
  input UpdateProfileInput { username: String, firstName: String, lastName: String, fullName: String }

  type RegisterPayload { user: User!, nextStep: RegistrationStep!, tokens: AuthTokens }
  enum RegistrationStep { NONE VERIFY_EMAIL }
  type AuthPayload { user: User!, tokens: AuthTokens! }
  type AuthTokens {
    accessToken: String!, tokenType: String!, expiresIn: Int!, refreshToken: String, refreshExpiresIn: Int!
  }
  interface Node { id: ID! }
  type CreditTransactionConnection { edges: [CreditTransactionEdge!]!, pageInfo: PageInfo!, totalCount: Int! }
  type CreditTransactionEdge { cursor: String!, node: CreditTransaction! }
  type PageInfo { hasNextPage: Boolean!, hasPreviousPage: Boolean!, startCursor: String, endCursor: String }
  type CreditTransaction implements Node {
    id: ID!, userId: ID!, amount: Decimal!, type: CreditTransactionType!, referenceId: String, description: String
    createdAt: DateTime!, newBalance: Decimal!
  }
  enum CreditTransactionType { CREDIT_ADDED CREDIT_USED }
  type User implements Node {
    id: ID!, email: String, username: String, firstName: String, lastName: String, fullName: String
    pendingEmail: String
    isActive: Boolean!, isEmailVerified: Boolean!, isAdmin: Boolean!, role: Role!
    createdAt: DateTime!, updatedAt: DateTime!, lastLoginAt: DateTime
  }
  enum Role { USER MODERATOR ADMIN }
  type Session implements Node {
    id: ID!, createdAt: DateTime!, lastUsedAt: DateTime!, expiresAt: DateTime!
    ipAddress: String, userAgent: String, isCurrent: Boolean!
  }
  enum ErrorCode {
    INVALID_CREDENTIALS ACCOUNT_DISABLED EMAIL_NOT_VERIFIED UNAUTHENTICATED TOKEN_EXPIRED INVALID_TOKEN
    INVALID_RESET_TOKEN INVALID_VERIFICATION_CODE FORBIDDEN USER_NOT_FOUND USER_ALREADY_EXISTS IDEMPOTENCY_CONFLICT
    INVALID_INPUT INSUFFICIENT_CREDITS RATE_LIMITED QUERY_TOO_COMPLEX BAD_REQUEST NOT_FOUND METHOD_NOT_ALLOWED
    PAYLOAD_TOO_LARGE UNSUPPORTED_MEDIA_TYPE DATABASE_ERROR SERVICE_UNAVAILABLE INTERNAL_ERROR
  }
  type ErrorDescription { code: ErrorCode!, exception: String!, httpStatus: Int!, description: String! }
  type Health { status: String!, version: String!, uptimeSeconds: Int! }
`);

const schema = buildGraphQLSchema();
const promisedTypes = Object.keys(PROMISED.getTypeMap()).filter((name) => !name.startsWith('__'));

/** A type as lines to compare: each field with its arguments, defaults and nullability, or each value of an enum. */
function linesOf(from: GraphQLSchema, name: string): string[] | undefined {
  const type = from.getType(name);
  if (isEnumType(type))
    return type
      .getValues()
      .map((value) => value.name)
      .sort();
  if (isObjectType(type) || isInterfaceType(type)) {
    const interfaces = type.getInterfaces().map(({ name: implemented }) => `implements ${implemented}`);
    return [...interfaces, ...Object.values(type.getFields()).map(fieldLine).sort()];
  }
  if (!isInputObjectType(type)) return type && ['scalar'];
  return Object.values(type.getFields())
    .map((field) => `${field.name}: ${String(field.type)} = ${JSON.stringify(field.defaultValue)}`)
    .sort();
}

function fieldLine({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const parts = args.map((arg) => `${arg.name}: ${String(arg.type)} = ${JSON.stringify(arg.defaultValue)}`);
  return `${name}(${parts.sort().join(', ')}): ${String(type)}`;
}

it.each(promisedTypes.filter((name) => name !== 'Query' && name !== 'Mutation'))(
  'should have %s exactly as promised',
  (name) => {
    expect(linesOf(schema, name)).toEqual(linesOf(PROMISED, name));
  },
);

it.each(['Query', 'Mutation'])('should have at least the promised fields of %s', (name) => {
  expect(linesOf(schema, name)).toEqual(expect.arrayContaining(linesOf(PROMISED, name)!));
});

it('should let no type show a password or a hash', () => {
  const shown = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !['Mutation', 'Query'].includes(name) && !name.startsWith('__'))
    .flatMap((type) => Object.keys(type.getFields()));
  expect(shown.filter((name) => /password|hash|secret/i.test(name))).toEqual([]);
});
