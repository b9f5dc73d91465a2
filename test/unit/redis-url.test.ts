import { parseRedisUrl } from '../../src/config';

const nobody = { tls: false, username: undefined, password: undefined };

describe('REDIS_URL', () => {
  it('should be one server, as ioredis reads it', () => {
    expect(parseRedisUrl('rediss://u:p@redis:6380/2')).toEqual({
      kind: 'server',
      url: 'rediss://u:p@redis:6380/2',
    });
  });

  it('should be sentinels with the name of their master, and a database', () => {
    const nodes = [
      { host: 'a', port: 26_379 },
      { host: '::1', port: 1 },
    ];
    expect(parseRedisUrl('redis+sentinel://a,[::1]:1/counters/3')).toEqual({
      kind: 'sentinel',
      nodes,
      masterName: 'counters',
      db: 3,
      ...nobody,
    });
  });

  it('should be the nodes of a cluster, by TLS and with a password', () => {
    expect(parseRedisUrl('rediss+cluster://me:p%40ss@a:7000,b')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
      tls: true,
      username: 'me',
      password: 'p@ss',
    });
  });

  it.each([
    'redis+sentinel://a',
    'redis+sentinel://a/name/x',
    'redis+cluster://a/0',
    'redis+cluster://a:port',
    'redis+cluster://',
    'redis+cluster://u:%@a',
    'http://a',
  ])('should not be %s', (text) => expect(parseRedisUrl(text)).toBeUndefined());
});
