import { errorCatalogue, errorCodes } from '../../src/errors';
import { useApp } from '../support/test-app';

const app = useApp({ SERVICE_NAME: 'Test Gateway' });

it('should answer the catalogue of errors, whole and in its order', async () => {
  const { data } = await app.graphql('{ errorCatalog { code exception httpStatus description } }');
  expect(data).toEqual({
    errorCatalog: errorCodes.map((code) => {
      const { exception, httpStatus, description } = errorCatalogue[code];
      return { code, exception, httpStatus, description };
    }),
  });
});

it('should answer its health over GraphQL', async () => {
  const { data } = await app.graphql('{ health { status version uptimeSeconds } }');
  expect(data).toEqual({
    health: {
      status: 'healthy',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      uptimeSeconds: expect.any(Number) as number,
    },
  });
});

it('should answer its health with every check', async () => {
  const { status, headers, json } = await app.request('/health');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(json).toMatchObject({
    status: 'healthy',
    service: 'Test Gateway',
    timestamp: app.clock.now().toISOString(),
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    uptime_seconds: expect.any(Number) as number,
    checks: {
      database: { status: 'up', circuit_breaker: { state: 'closed', consecutive_failures: 0 } },
      password_hashing: { running: 0, queued: 0 },
    },
  });
});

it('should be alive and ready', async () => {
  const [live, ready] = await Promise.all([app.request('/health/live'), app.request('/health/ready')]);
  expect([live.status, live.json]).toEqual([200, { status: 'alive' }]);
  expect([ready.status, ready.json]).toEqual([200, { status: 'ready' }]);
});

it('should introduce itself at the root', async () => {
  const { status, json } = await app.request('/');
  expect(status).toBe(200);
  expect(json).toMatchObject({ message: 'Test Gateway', graphql: '/graphql' });
});

it('should show Apollo Sandbox to a browser', async () => {
  const { status, headers, text } = await app.request('/graphql', { headers: { accept: 'text/html' } });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch('text/html');
  expect(text).toContain('sandbox');
});

it('should know nothing secret in any of these', async () => {
  const answers = await Promise.all(
    ['/', '/health', '/health/ready', '/health/live'].map((path) => app.request(path)),
  );
  expect(answers.map(({ text }) => text).join('')).not.toMatch(/postgres(ql)?:\/\/|secret|password"?:/i);
});
