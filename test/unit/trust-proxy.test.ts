import { trustProxyOption } from '../../src/config';

describe('trustProxyOption', () => {
  it('should be something that Fastify acts on', () => {
    expect(trustProxyOption(false)).toBe(false);
    expect(trustProxyOption({ addresses: ['loopback'] })).toEqual(['loopback']);
    const trusts = trustProxyOption({ hops: 2 });
    const trusted = [0, 1, 2].map((hop) => typeof trusts === 'function' && trusts('192.0.2.1', hop));
    expect(trusted).toEqual([true, true, false]);
  });
});
