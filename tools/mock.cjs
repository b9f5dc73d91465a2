// `npm run mock`: a server with made up data, for whoever builds on the schema before there is a gateway at hand. It knows
// schema.graphql and nothing else. `PORT` chooses the port (4010); the header X-Mock-Error: CODE has the request fail.
const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { addMocksToSchema } = require('@graphql-tools/mock');
const { buildSchema, GraphQLError } = require('graphql');
const { createHandler } = require('graphql-http');

const HTTP_STATUS = / HTTP status: (\d{3})\.$/;
const NOW = new Date('2026-01-15T12:00:00.000Z');
const daysAgo = (days) => new Date(NOW.getTime() - days * 86_400_000).toISOString();

/** Values of scalars by the name of the field, so that they look like what they are. */
const VALUES = {
  email: 'ada@example.com',
  pendingEmail: null,
  username: 'ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
  fullName: 'Ada Lovelace',
  accessToken: 'mock.access.token',
  refreshToken: 'mock-refresh-token',
  tokenType: 'bearer',
  expiresIn: 3600,
  refreshExpiresIn: 2_592_000,
  ipAddress: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
  referenceId: 'order-1001',
  description: 'Ten credits for order 1001',
  amount: '10.00',
  balance: '100.50',
  newBalance: '100.50',
  status: 'healthy',
  version: '0.0.0-mock',
  uptimeSeconds: 3600,
  createdAt: daysAgo(30),
  updatedAt: daysAgo(1),
  lastLoginAt: daysAgo(0),
  lastUsedAt: daysAgo(0),
  expiresAt: daysAgo(-30),
  at: daysAgo(0),
  isActive: true,
  isEmailVerified: true,
  isAdmin: false,
  isCurrent: true,
  hasNextPage: false,
  hasPreviousPage: false,
  totalCount: 2,
  role: 'USER',
  userId: '1',
};

/** Names of exceptions that do not follow from the code. */
const EXCEPTIONS = {
  UNAUTHENTICATED: 'NotAuthenticated',
  FORBIDDEN: 'PermissionDenied',
  RATE_LIMITED: 'RateLimitExceeded',
  DATABASE_ERROR: 'Database',
  INTERNAL_ERROR: 'InternalServer',
};

function exceptionOf(code) {
  const words = code.toLowerCase().split('_');
  const name = EXCEPTIONS[code] ?? words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return `${name}Exception`;
}

function mockedSchema(text) {
  const schema = buildSchema(text);
  const mocks = { DateTime: () => NOW.toISOString(), Decimal: () => '10.00' };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !('getFields' in type) || type.astNode?.kind !== 'ObjectTypeDefinition')
      continue;
    if (['Query', 'Mutation', 'Subscription'].includes(type.name)) continue;
    const known = Object.keys(type.getFields()).filter((name) => name in VALUES);
    mocks[type.name] = () => Object.fromEntries(known.map((name) => [name, VALUES[name]]));
  }
  const { User } = mocks;
  mocks.User = () => ({ id: VALUES.userId, ...User() });
  const mocked = addMocksToSchema({ schema, mocks });
  for (const type of [mocked.getQueryType(), mocked.getMutationType()])
    for (const field of Object.values(type.getFields())) field.resolve = failingOnDemand(field.resolve);
  return mocked;
}

/** A root field that fails the way the header of its request asks for. */
function failingOnDemand(resolve) {
  return (source, values, context, info) => {
    if (context.error)
      throw new GraphQLError(context.error.message, { extensions: context.error.extensions });
    return resolve(source, values, context, info);
  };
}

/** The error that a header asks for, in the shape of the gateway's own; undefined without one. */
function errorOf(schema, code) {
  if (code === undefined) return undefined;
  const value = schema.getType('ErrorCode').getValue(code);
  if (!value)
    return {
      message: `X-Mock-Error names no ErrorCode: ${code}`,
      extensions: extensionsOf('BAD_REQUEST', 400),
    };
  const httpStatus = Number(HTTP_STATUS.exec(value.description)?.[1] ?? 500);
  return { message: value.description.replace(HTTP_STATUS, ''), extensions: extensionsOf(code, httpStatus) };
}

function extensionsOf(code, httpStatus) {
  const details =
    code === 'INVALID_INPUT' ? [{ field: 'email', message: 'must be a valid email address' }] : undefined;
  return {
    status: 'error',
    error: exceptionOf(code),
    code,
    timestamp: new Date().toISOString(),
    request_id: `req-${randomUUID().slice(-12)}`,
    ...(details && { details }),
    ...(['RATE_LIMITED', 'SERVICE_UNAVAILABLE'].includes(code) && { retry_after: 1 }),
    http_status: httpStatus,
    ...(['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'INVALID_TOKEN'].includes(code) && { reauthenticate: true }),
  };
}

/** What graphql-js says of a document or its variables, as the gateway says it. */
function formatError(error) {
  const { message, locations, path: where, extensions = {} } = error;
  const [code, httpStatus] = where ? ['INTERNAL_ERROR', 500] : ['BAD_REQUEST', 400];
  return {
    message,
    ...(locations && { locations }),
    ...(where && { path: where }),
    extensions: extensions.code ? extensions : extensionsOf(code, httpStatus),
  };
}

/** Any page may ask, with cookies and whatever headers: all that is told is made up. */
function allowPages({ headers }, response) {
  if (headers.origin === undefined) return;
  response.setHeader('access-control-allow-origin', headers.origin);
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('vary', 'origin, access-control-request-headers');
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked);
}

function mockServer(file = path.join(__dirname, '..', 'schema.graphql')) {
  const schema = mockedSchema(readFileSync(file, 'utf8'));
  const context = ({ raw }) => ({ error: errorOf(schema, raw.headers['x-mock-error']) });
  const handle = createHandler({ schema, context, formatError });
  return createServer(async (request, response) => {
    allowPages(request, response);
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    const { url, method, headers } = request;
    const [body, init] = await handle({ url, method, headers, raw: request, body: () => text(request) });
    // A document that is no good is a bad request to the gateway, whatever the client accepts.
    const isBad = init.status === 200 && !('data' in JSON.parse(body));
    return response.writeHead(isBad ? 400 : init.status, init.headers).end(body);
  });
}

module.exports = { mockServer };

if (require.main === module) {
  const server = mockServer();
  server.listen(Number(process.env.PORT ?? 4010), '127.0.0.1', () => {
    process.stdout.write(`Made up data on http://127.0.0.1:${server.address().port}/graphql\n`);
  });
}
