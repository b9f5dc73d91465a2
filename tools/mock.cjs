// `npm run mock`: a server with made up data, for whoever builds on the schema before there is a gateway at hand. It knows
// schema.graphql and nothing else. `PORT` chooses the port (4010); the header X-Mock-Error: CODE has the request fail.
const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');
const { addMocksToSchema } = require('@graphql-tools/mock');
const { buildSchema } = require('graphql');
const { createHandler } = require('graphql-http/lib/use/http');

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
  return addMocksToSchema({ schema, mocks });
}

/** The error that a header asks for, in the shape of the gateway's own; undefined without one. */
function errorOf(schema, code) {
  if (code === undefined) return undefined;
  const value = schema.getType('ErrorCode').getValue(code);
  if (!value)
    return {
      message: `X-Mock-Error names no ErrorCode: ${code}`,
      extensions: { code: 'BAD_REQUEST', http_status: 400 },
    };
  const httpStatus = Number(HTTP_STATUS.exec(value.description)?.[1] ?? 500);
  const details =
    code === 'INVALID_INPUT' ? [{ field: 'email', message: 'must be a valid email address' }] : undefined;
  const extensions = {
    code,
    status: 'error',
    http_status: httpStatus,
    timestamp: new Date().toISOString(),
    request_id: `req-${randomUUID().slice(0, 12)}`,
    ...(details && { details }),
    ...(['RATE_LIMITED', 'SERVICE_UNAVAILABLE'].includes(code) && { retry_after: 1 }),
    ...(['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'INVALID_TOKEN'].includes(code) && { reauthenticate: true }),
  };
  return { message: value.description.replace(HTTP_STATUS, ''), extensions };
}

function mockServer(file = path.join(__dirname, '..', 'schema.graphql')) {
  const schema = mockedSchema(readFileSync(file, 'utf8'));
  const serve = createHandler({ schema });
  return createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, x-mock-error');
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    const error = errorOf(schema, request.headers['x-mock-error']);
    if (!error) return serve(request, response);
    request.resume();
    response.setHeader('content-type', 'application/json; charset=utf-8');
    return response.end(JSON.stringify({ data: null, errors: [error] }));
  });
}

module.exports = { mockServer };

if (require.main === module) {
  const server = mockServer();
  server.listen(Number(process.env.PORT ?? 4010), '127.0.0.1', () => {
    process.stdout.write(`Made up data on http://127.0.0.1:${server.address().port}/graphql\n`);
  });
}
