import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../support/generated/rest-api';
import { codeFor } from '../support/mailbox';
import { useApp } from '../support/test-app';

const app = useApp();
const PASSWORD = 'Correct-Horse-7';
const TYPES = 'test/support/generated/rest-api.d.ts';

function client(token?: string): Client<paths> {
  return createClient<paths>({
    baseUrl: app.url,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });
}

it('should be generated from docs/openapi.json ("npm run generate" generates it anew)', () => {
  const generator = path.join(path.dirname(require.resolve('openapi-typescript/package.json')), 'bin/cli.js');
  const generated = execFileSync(process.execPath, [generator, 'docs/openapi.json'], { encoding: 'utf8' });
  expect(readFileSync(TYPES, 'utf8')).toBe(generated);
});

it('should walk through auth-serve', async () => {
  const body = { email: 'walker@example.com', password: PASSWORD, first_name: 'Wal' };
  const registered = await client().POST('/api/auth/register', { body });
  expect(registered.data?.data.first_name).toBe('Wal');
  const again = await client().POST('/api/auth/register', { body });
  expect(again.error?.code).toBe('USER_ALREADY_EXISTS');
  const signedIn = await client().POST('/api/auth/login', { body });
  const refreshToken = signedIn.data?.data.refresh_token ?? '';
  const refreshed = await client().POST('/api/auth/refresh', { body: { refresh_token: refreshToken } });
  expect(refreshed.data?.data.user.id).toBe(registered.data?.data.id);
});

it('should walk through session', async () => {
  const body = { login: 'walker', password: PASSWORD };
  const { data: account } = await client().POST('/api/register', { body });
  const { data: tokens } = await client().POST('/api/login', { body });
  const signedIn = client(tokens?.access_token);
  const { data: profile } = await signedIn.GET('/api/profile');
  expect([profile?.id, profile?.login]).toEqual([account?.id, 'walker']);
  await signedIn.POST('/api/logout');
  const { error } = await signedIn.GET('/api/profile');
  expect([error?.code, error?.detail]).toEqual(['INVALID_TOKEN', 'Invalid token']);
  expect((await client().POST('/api/delete', { body })).data?.message).toBe('User deleted successfully');
});

it('should walk through credit', async () => {
  const body = { username: 'creditor', email: 'creditor@example.com', password: PASSWORD };
  const { data: registered } = await client().POST('/auth/register', { body });
  const signedIn = client(registered?.access_token);
  await signedIn.POST('/credits/add', { body: { amount: '100.50' } });
  const header = { 'idempotency-key': 'walk-1' };
  const use = { params: { header }, body: { amount: 0.5, reference_id: 'purchase_456' } };
  const first = await signedIn.POST('/credits/use', use);
  const retry = await signedIn.POST('/credits/use', use);
  expect([first.data?.new_balance, retry.data?.id]).toEqual([100, first.data?.id]);
  const { data: page } = await signedIn.GET('/credits/transactions', { params: { query: { limit: 1 } } });
  expect([page?.total_count, page?.transactions[0]?.transaction_type]).toEqual([2, 'credit_used']);
  const path = { username: 'creditor' };
  const { data: user } = await signedIn.GET('/auth/users/{username}', { params: { path } });
  expect(user?.is_admin).toBe(false);
  const query = { password: PASSWORD };
  const gone = await signedIn.DELETE('/auth/users/{username}', { params: { path, query } });
  expect(gone.response.status).toBe(200);
});

it('should walk through balance-hub', async () => {
  const body = { username: 'hubwalker', email: 'hub@example.com', password: PASSWORD };
  const { data: registered } = await client().POST('/balance_hub/auth/register', { body });
  const userId = registered?.user_id ?? 0;
  const early = await client().POST('/balance_hub/auth/login', { body });
  expect(early.error?.code).toBe('EMAIL_NOT_VERIFIED');
  const code = await codeFor(app, 'hub@example.com');
  await client().POST('/balance_hub/auth/verify-email', { body: { user_id: userId, code } });
  const { data, response } = await client().POST('/balance_hub/auth/login', { body });
  expect(data?.user.username).toBe('hubwalker');
  const token = /^access_token=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
  const me = await client(token).GET('/balance_hub/auth/me');
  expect(me.data?.id).toBe(userId);
});

it('should find the service itself', async () => {
  const { data } = await client().GET('/health');
  expect(data?.status).toBe('healthy');
});
