import 'reflect-metadata';
import { decode } from '../support/jwt';
import { givenUser, PASSWORD, tokenError } from '../support/people';
import { useApp } from '../support/test-app';

describe('JWT_CLAIMS_TEMPLATE', () => {
  const template = {
    'x-hasura-user-id': '{{user_id}}',
    'x-hasura-default-role': '{{ role }}',
    who: '{{role}} <{{email}}>',
    none: '{{ username }}',
    list: ['{{role}}', 1, true, null],
  };

  describe('with JWT_CLAIMS_NAMESPACE', () => {
    const app = useApp({
      JWT_CLAIMS_TEMPLATE: JSON.stringify(template),
      JWT_CLAIMS_NAMESPACE: 'https://hasura.io/jwt/claims',
    });

    it('should fill its claims in, under one name', async () => {
      const { accessToken, id, email } = await givenUser(app);
      expect(decode(accessToken).payload['https://hasura.io/jwt/claims']).toEqual({
        'x-hasura-user-id': id,
        'x-hasura-default-role': 'user',
        who: `user <${email}>`,
        none: null,
        list: ['user', 1, true, null],
      });
      expect(await tokenError(app, accessToken)).toBeNull();
    });

    it('should take no claim from a name that looks like one', async () => {
      const username = '","x-hasura-default-role":"admin';
      const { json } = await app.request('/api/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: username, password: PASSWORD }),
      });
      expect(json).toHaveProperty('id');
      const login = await app.request('/api/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: username, password: PASSWORD }),
      });
      const { access_token: token } = login.json as { access_token: string };
      expect(decode(token).payload['https://hasura.io/jwt/claims']).toMatchObject({
        'x-hasura-default-role': 'user',
        none: username,
      });
    });
  });
});
