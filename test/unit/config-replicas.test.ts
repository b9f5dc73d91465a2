import { load, problemsOf } from '../support/configuration';

const DATABASE_URL = 'postgresql://u:p@db:5432/auth';

describe('DATABASE_REPLICA_URLS', () => {
  it('should be none unless it is set', () => {
    expect(load({ DATABASE_URL }).database).toMatchObject({ replicas: [], replicaLagSeconds: 5 });
  });

  it('should be refused with the embedded database', () => {
    expect(problemsOf({ DATABASE_REPLICA_URLS: DATABASE_URL })).toEqual([
      'DATABASE_REPLICA_URLS must not be set with the embedded database, which has no replicas: set DATABASE_URL too',
    ]);
  });

  it.each([
    [`${DATABASE_URL}?sslmode=prefer`, /^DATABASE_REPLICA_URLS must have an sslmode of disable, require,/],
    [`${DATABASE_URL},${DATABASE_URL}`, /^DATABASE_REPLICA_URLS must name each replica once$/],
    ['mysql://u:p@db/auth', /^DATABASE_REPLICA_URLS must be a comma separated list of URLs like postgresql:/],
  ])('should be refused as DATABASE_URL is: %s', (text, refusal) => {
    expect(problemsOf({ DATABASE_URL, DATABASE_REPLICA_URLS: text })).toEqual([
      expect.stringMatching(refusal),
    ]);
  });

  it('should have certificates of its own, and complain under its own name', () => {
    const urls = `${DATABASE_URL}?sslrootcert=/a.pem,postgresql://u:p@other/auth`;
    expect(load({ DATABASE_URL, DATABASE_REPLICA_URLS: urls }).database).toMatchObject({
      tls: undefined,
      replicas: [
        { url: DATABASE_URL, tls: { enabled: true, caFile: '/a.pem', variable: 'DATABASE_REPLICA_URLS' } },
        { url: 'postgresql://u:p@other/auth', tls: undefined },
      ],
    });
  });
});
