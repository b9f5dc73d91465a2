export type Json = Record<string, unknown>;

/** A part of a token: JSON, or a text as it is, in base64url. */
export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** What a token says, whoever signed it. */
export function decode(token: string): { header: Json; payload: Json } {
  const [header = '', payload = ''] = token.split('.');
  const read = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
  return { header: read(header), payload: read(payload) };
}
