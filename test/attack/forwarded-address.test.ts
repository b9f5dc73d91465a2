import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ TRUST_PROXY: '1' });

it.each([
  ['no address at all', 'not-an-address', '127.0.0.1'],
  ['a very long text', 'x'.repeat(500), '127.0.0.1'],
  ['an address with a zone longer than the column', `fe80::1%${'z'.repeat(100)}`, '127.0.0.1'],
  ['an honest address', '203.0.113.7', '203.0.113.7'],
])('should register somebody whose proxy passes on %s', async (_name, forwarded, stored) => {
  const { data, errors } = await app.graphql<{ register: { tokens: { accessToken: string } } }>(
    'mutation ($i: RegisterInput!) { register(input: $i) { tokens { accessToken } } }',
    { i: { email: `x${forwarded.length}@example.com`, password: 'Correct-Horse-7' } },
    { headers: { 'x-forwarded-for': forwarded } },
  );
  expect(errors).toEqual([]);
  const { data: mine } = await app.graphql(
    '{ mySessions { ipAddress } }',
    {},
    { token: data!.register.tokens.accessToken },
  );
  expect(mine).toEqual({ mySessions: [{ ipAddress: stored }] });
});

it('should believe no forwarded address unless told to', async () => {
  await app.stop();
  await app.start();
  const person = await givenUser(app);
  const { data } = await app.graphql(
    '{ mySessions { ipAddress } }',
    {},
    { token: person.accessToken, headers: { 'x-forwarded-for': '203.0.113.7' } },
  );
  expect(data).toEqual({ mySessions: [{ ipAddress: '127.0.0.1' }] });
});
