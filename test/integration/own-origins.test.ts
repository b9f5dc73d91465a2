import { codesOf } from '../support/people';
import { useApp } from '../support/test-app';

describe('a server of one’s own', () => {
  const own = useApp({ REFRESH_TOKEN_DELIVERY: 'cookie', PUBLIC_URL: 'http://localhost:4000' });
  const QUERY = 'mutation { refresh { user { id } } }';

  it.each([
    ['http://localhost:4000', 'UNAUTHENTICATED'],
    ['http://127.0.0.1:4000', 'UNAUTHENTICATED'],
    ['http://[::1]:4000', 'UNAUTHENTICATED'],
    ['http://localhost:4001', 'FORBIDDEN'],
    ['https://localhost:4000', 'FORBIDDEN'],
    ['http://localhost.evil.example:4000', 'FORBIDDEN'],
    ['http://127.0.0.2:4000', 'FORBIDDEN'],
  ])('should be called by each of its names: %s', async (origin, code) => {
    // Without a cookie: an origin that may use one is told that it has none.
    const answer = await own.graphql(QUERY, {}, { headers: { origin } });
    expect(codesOf(answer)).toEqual([code]);
  });
});

describe('a server in production that is reached at localhost', () => {
  const production = { NODE_ENV: 'production', BCRYPT_COST: '10', PUBLIC_URL: 'http://localhost:4000' };
  const own = useApp({ REFRESH_TOKEN_DELIVERY: 'cookie', ...production });

  it('should be called by that name only', async () => {
    const headers = { origin: 'http://127.0.0.1:4000' };
    const answer = await own.graphql('mutation { refresh { user { id } } }', {}, { headers });
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });
});
