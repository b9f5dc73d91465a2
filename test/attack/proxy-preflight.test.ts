import { requestRaw } from '../support/http';
import { useApp } from '../support/test-app';

/** A proxy that asks with the method it was asked with takes 204 for a yes, and a preflight is answered with 204. */
describe('/forward-auth where other origins may read answers', () => {
  const app = useApp({ CORS_ORIGINS: 'https://app.example.com' });

  it.each(['GET', 'HEAD', 'OPTIONS', 'DELETE'])('should let no %s pass without a token', async (method) => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'GET' };
    const answer = await requestRaw(app, { method, target: '/forward-auth?role=admin', headers, body: '' });
    expect(answer.status).toBe(401);
  });
});
