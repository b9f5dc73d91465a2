import { sendRaw } from '../support/http';
import { useApp } from '../support/test-app';

/** What a terminal obeys (C0, DEL, C1), and what turns round or ends a line for whoever reads a log. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
/** Lines and indentation, which the formats make themselves; in JSON only between lines. */
const LAYOUT = { json: /\n/g, text: /[\n\t]/g };

/** As a header can bring them: one byte each. */
const C1 = String.fromCharCode(...Array.from({ length: 32 }, (_, index) => 0x80 + index));
const BYTES = `${C1}\u009b31mred`;
const SEPARATORS = encodeURIComponent('\u2028\u2029\u202e\u0085\u001b[31m');

describe.each(['json', 'text'] as const)('control characters in the log, format %s', (format) => {
  const app = useApp({ LOG_FORMAT: format });
  beforeEach(() => (app.logLines.length = 0));

  const expectClean = (...telltales: string[]): void => {
    const log = app.logLines.join('');
    for (const telltale of telltales) expect(log).toContain(telltale);
    expect(OBEYED.exec(log.replace(LAYOUT[format], ''))).toBeNull();
  };
  const get = (path: string, ...headers: string[]): Promise<string> =>
    sendRaw(
      app,
      Buffer.from(
        [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n'),
        'latin1',
      ),
    );

  it('should not come from headers', async () => {
    await get(
      '/health/live',
      `User-Agent: agent${BYTES}`,
      `X-Request-ID: id${BYTES}`,
      `X-Forwarded-For: ${BYTES}`,
      `Accept-Language: ${BYTES}`,
      `Referer: ${BYTES}`,
    );
    expectClean('agent', '\\u0080');
  });

  it('should not come from a path or a query', async () => {
    await get(`/one${BYTES}`);
    await get(`/two?x=${BYTES}&${BYTES}=1`);
    await get(`/three/${SEPARATORS}?x=${SEPARATORS}`);
    await get(`/four\u007f`);
    expectClean('/three');
  });

  it('should not come from a document, its variables or its operation', async () => {
    const hostile = '\u001b[31m\u009b31m\u2028\u2029\u202e\u0085\r\n';
    await app.graphql(`query ($a: ID) { user(id: $a) { id } } # ${hostile}`, { a: hostile, [hostile]: 1 });
    await app.graphql(`{ health(${JSON.stringify(hostile)}) }`);
    await app.graphql(`{ user(id: """${hostile}""" """${hostile}""") { id } }`);
    await app.postRaw(JSON.stringify({ query: '{ health { status } }', operationName: hostile }));
    await app.postRaw(JSON.stringify({ query: '{ health { status } }', [hostile]: hostile }));
    await app.postRaw(`{"query": "${hostile}`);
    expectClean('graphql_error');
  });
});

describe('what is logged with values of any kind', () => {
  const app = useApp({ LOG_FORMAT: 'text' });

  it('should obey nothing, be it a key, a message or an error', () => {
    const hostile = 'a\u001b[31mb\u009b31mc\u202ed\re\u2028f\ng\u0000h\u007f';
    const error = new Error(hostile, { cause: new TypeError(hostile) });
    app.logLines.length = 0;
    app.logger.warn({ [hostile]: { [hostile]: [hostile] }, error }, hostile);
    const [first, ...others] = app.logLines.join('').trimEnd().split('\n');
    expect(OBEYED.exec(first ?? 'nothing')).toBeNull();
    for (const line of others) expect(OBEYED.exec(line)).toBeNull();
    expect(others.filter((line) => !line.startsWith('  '))).toEqual([]);
  });
});
