import type { HttpAnswer, TestApp } from './test-app';

export const CLIENT = { id: 'orders', secret: 'orders-9Qv3tZ7mB1xW5rN8pL2sD6fH0jC4gYa' };
export const OTHER_CLIENT = { id: 'reports', secret: 'reports-Zt7mB1xW5rN8pL2sD6fH0jC4gYa9Qv3' };
export const OAUTH_CLIENTS = [CLIENT, OTHER_CLIENT].map(({ id, secret }) => `${id}:${secret}`).join(',');

export function basic({ id, secret } = CLIENT): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** A form to `/oauth/…`, as a client of OAuth sends it. */
export async function postForm(
  app: TestApp,
  path: string,
  form: Record<string, string>,
  authorization = basic(),
): Promise<HttpAnswer> {
  return app.request(path, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(form),
  });
}

export async function introspected(app: TestApp, token: string): Promise<Record<string, unknown>> {
  const { status, json } = await postForm(app, '/oauth/introspect', { token });
  expect(status).toBe(200);
  return json as Record<string, unknown>;
}
