import { connect } from 'node:net';
import type { TestApp } from './test-app';

/** Sends bytes that no HTTP library would, and reads the whole answer. */
export async function sendRaw({ url }: Pick<TestApp, 'url'>, request: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
}

export interface RawRequest {
  readonly method: string;
  /** The request target, as it goes over the wire. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly version?: '1.0' | '1.1';
}

export interface RawAnswer {
  readonly status: number;
  /** By name in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** One request with the target spelled just so: `fetch` would tidy it up. */
export async function requestRaw(
  app: Pick<TestApp, 'url'>,
  { method, target, headers = {}, body = '', version = '1.1' }: RawRequest,
): Promise<RawAnswer> {
  const lines = Object.entries({
    host: new URL(app.url).host,
    connection: 'close',
    ...(body !== '' && { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await sendRaw(app, `${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n${body}`);
  const end = answer.indexOf('\r\n\r\n');
  const [statusLine = '', ...fields] = answer.slice(0, end).split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    ),
    text: answer.slice(end + 4),
  };
}
