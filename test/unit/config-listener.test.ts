import { availableParallelism } from 'node:os';
import { load, problemsOf } from '../support/configuration';

const url = 'postgresql://u:p@db:5432/auth';

describe('how many processes serve', () => {
  it('should be one on the embedded database, in words that name both', () => {
    expect(problemsOf({ WORKERS: '2' })).toEqual([
      'WORKERS must be 1 on the embedded database, which serves one process: more need PostgreSQL, in DATABASE_URL',
    ]);
    expect(load({ WORKERS: '1' }).workers).toBe(1);
  });

  it('should be any number on PostgreSQL, however it is named', () => {
    expect(load({ WORKERS: '4', DATABASE_URL: url }).workers).toBe(4);
    expect(load({ WORKERS: '4', DB_HOST: 'db', DB_USER: 'u', DB_NAME: 'auth' }).workers).toBe(4);
  });

  it('should leave a core free for all of them together', () => {
    const cores = availableParallelism() - 1;
    const concurrency = (workers: string): number =>
      load({ WORKERS: workers, DATABASE_URL: url }).hashing.concurrency;
    expect(concurrency('2')).toBe(Math.max(1, Math.floor(cores / 2)));
    expect(concurrency('128')).toBe(1);
  });
});

describe('HTTPS', () => {
  it.each([
    ['SSL_KEYFILE', 'SSL_CERTFILE'],
    ['SSL_CERTFILE', 'SSL_KEYFILE'],
  ])('should need %s as well as %s', (missing, given) => {
    expect(problemsOf({ [given]: 'file.pem' })).toEqual([`${missing} must be set together with ${given}`]);
  });

  it('should be in the address, where nobody says another', () => {
    const files = { SSL_CERTFILE: 'c.pem', SSL_KEYFILE: 'k.pem', PORT: '8443' };
    expect(load(files).jwt.issuer).toBe('https://localhost:8443');
    expect(load({ ...files, PUBLIC_URL: 'https://auth.example.com' }).http.publicUrl).toBe(
      'https://auth.example.com',
    );
  });
});
