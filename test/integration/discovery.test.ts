import 'reflect-metadata';
import { useApp } from '../support/test-app';

describe('discovery', () => {
  const pairs = useApp({ JWT_ALGORITHM: 'ES256', OAUTH_CLIENTS: `orders:${'s'.repeat(40)}` });

  it('should tell what there is, for five minutes, at both places', async () => {
    const documents = await Promise.all(
      ['openid-configuration', 'oauth-authorization-server'].map((name) =>
        pairs.request(`/.well-known/${name}`),
      ),
    );
    for (const { status, json, headers } of documents) {
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=300']);
      expect(json).toEqual({
        issuer: 'http://localhost:4000',
        jwks_uri: 'http://localhost:4000/.well-known/jwks.json',
        response_types_supported: [],
        grant_types_supported: [],
        introspection_endpoint: 'http://localhost:4000/oauth/introspect',
        introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
        revocation_endpoint: 'http://localhost:4000/oauth/revoke',
        revocation_endpoint_auth_methods_supported: ['client_secret_basic'],
      });
    }
  });
});

describe('discovery where a secret signs, and nobody may ask', () => {
  const app = useApp();

  it('should tell of no keys and no endpoints', async () => {
    const { json } = await app.request('/.well-known/openid-configuration');
    expect(json).toEqual({
      issuer: 'http://localhost:4000',
      response_types_supported: [],
      grant_types_supported: [],
    });
    expect((await app.request('/.well-known/jwks.json')).json).toEqual({ keys: [] });
  });
});
