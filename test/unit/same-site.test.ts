import { isSameSite } from '../../src/foundation/same-site';

it.each([
  ['https://app.example.com', 'https://auth.example.com', true],
  ['https://example.com', 'https://auth.example.com:8443', true],
  ['https://app.example.com', 'https://app.example.org', false],
  ['http://app.example.com', 'https://app.example.com', false],
  ['https://a.co.uk', 'https://b.co.uk', false],
  ['https://x.a.co.uk', 'https://y.a.co.uk', true],
  ['http://localhost:3000', 'http://localhost:4000', true],
  ['http://localhost:3000', 'http://127.0.0.1:4000', false],
  ['http://10.0.0.1', 'http://10.1.0.1', false],
  ['http://[::1]:3000', 'http://[::1]', true],
  ['http://gateway', 'http://app', false],
])('should tell whether %s and %s are one site: %s', (one, other, same) => {
  expect(isSameSite(one, other)).toBe(same);
});
