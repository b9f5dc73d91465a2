/** What has an id that no other object of GraphQL has. A user's is the bare number, as in REST and in `sub`. */
export type GlobalType = 'Session' | 'CreditTransaction';

const FORM = /^(Session|CreditTransaction):(.+)$/s;

/** An id that carries its type. Opaque to clients, so that its form may change. */
export function globalId(type: GlobalType, id: string | number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** What `globalId` was given; undefined for any other text. */
export function parseGlobalId(text: string): { readonly type: GlobalType; readonly id: string } | undefined {
  const [, type, id] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (type === undefined || id === undefined) return undefined;
  const parsed = { type: type as GlobalType, id };
  return globalId(parsed.type, id) === text ? parsed : undefined;
}
