import { load, problemsOf } from '../support/configuration';

const base = 'postgresql://u:p@db:5432/auth';

describe('sslmode in DATABASE_URL', () => {
  it.each([
    ['', undefined],
    ['?application_name=x', undefined],
    ['?sslmode=disable', { enabled: false }],
    ['?ssl=false', { enabled: false }],
    ['?sslmode=no-verify', { enabled: true, verify: false }],
    ['?sslmode=require&uselibpqcompat=true', { enabled: true, verify: true }],
    ['?sslrootcert=/ca.pem', { enabled: true, verify: true, caFile: '/ca.pem' }],
    ['?sslmode=verify-full&sslrootcert=system', { enabled: true, verify: true }],
    ['?sslmode=verify-ca&sslcert=a&sslkey=b', { enabled: true, verify: true, certFile: 'a', keyFile: 'b' }],
  ])('should be taken out of the URL: %s', (query, tls) => {
    const { database } = load({ DATABASE_URL: base + query });
    expect(database).toMatchObject({ tls });
    expect(database.kind === 'postgresql' && database.url).not.toMatch(/ssl|libpq/);
  });

  it('should leave the other parameters', () => {
    const { database } = load({ DATABASE_URL: `${base}?schema=x&sslmode=require` });
    expect(database).toMatchObject({ url: `${base}?schema=x` });
  });

  it.each(['prefer', 'allow', 'yes', ''])(
    'should be refused where TLS would be left to chance: "%s"',
    (mode) => {
      expect(problemsOf({ DATABASE_URL: `${base}?sslmode=${mode}` })[0]).toMatch(
        /^DATABASE_URL must have an sslmode of disable, require,/,
      );
    },
  );

  it('should be named once', () => {
    expect(problemsOf({ DATABASE_URL: `${base}?sslmode=require&ssl=false` })).toEqual([
      'DATABASE_URL must name one sslmode',
    ]);
  });
});
