import zlib from 'node:zlib';
import { useApp } from '../support/test-app';

const app = useApp({ CORS_ORIGINS: 'https://app.example.com' });

const BUNDLES = [
  '/docs/swagger-ui-bundle.js',
  '/docs/swagger-ui.css',
  '/redoc/redoc.standalone.js',
  '/openapi.json',
];
const ENCODINGS = ['br', 'gzip', 'deflate', 'gzip, deflate, br', '*', 'identity', 'br;q=0, gzip;q=0'];

const ask = (path: string, encoding: string, headers = {}) =>
  fetch(`${app.url}${path}`, { headers: { 'accept-encoding': encoding, ...headers } });

/** All of zlib's streams, those that unpack among them. */
interface ZlibStream {
  _transform: (...values: unknown[]) => void;
}
const allStreams = Object.getPrototypeOf(Object.getPrototypeOf(zlib.Gzip.prototype)) as ZlibStream;
const packs = (stream: unknown): boolean =>
  [zlib.BrotliCompress, zlib.Gzip, zlib.Deflate].some((kind) => stream instanceof kind);

describe('a flood of requests for large files', () => {
  it.each(BUNDLES)('should have %s compressed once for all, in no encoding for each', async (path) => {
    for (const encoding of ENCODINGS) await (await ask(path, encoding)).arrayBuffer();
    const watched = jest.spyOn(allStreams, '_transform');
    for (const encoding of ENCODINGS) await (await ask(path, encoding)).arrayBuffer();
    const timesPacked = watched.mock.contexts.filter(packs).length;
    watched.mockRestore();
    expect(timesPacked).toBe(0);
  });

  it.each(BUNDLES)('should send %s in the encoding that the client takes', async (path) => {
    const chosen: Record<string, string | null> = {};
    const texts = new Set<string>();
    for (const encoding of ENCODINGS) {
      const response = await ask(path, encoding);
      expect(response.headers.get('vary')?.toLowerCase().split(', ')).toContain('accept-encoding');
      chosen[encoding] = response.headers.get('content-encoding');
      texts.add(await response.text());
    }
    expect(chosen).toEqual({
      br: 'br',
      gzip: 'gzip',
      deflate: null,
      'gzip, deflate, br': 'br',
      '*': 'br',
      identity: null,
      'br;q=0, gzip;q=0': null,
    });
    expect(texts.size).toBe(1);
  });

  it('should still tell caches that the answer depends on the origin', async () => {
    const { headers } = await ask(BUNDLES[0]!, 'br', { origin: 'https://app.example.com' });
    expect(headers.get('vary')?.toLowerCase().split(', ').sort()).toEqual(['accept-encoding', 'origin']);
  });
});
