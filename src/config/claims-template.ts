import type { JsonObject, JsonValue } from './token-types';
import { parsedBy, type Kind } from './kinds';

/** What a template may name; who signs a token fills it in. */
export const claimPlaceholders = ['user_id', 'role', 'username', 'email', 'session_id', 'scope'] as const;
export type ClaimPlaceholder = (typeof claimPlaceholders)[number];

/** In a text: `{{user_id}}`, with spaces or without. */
export const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

/** Registered claims (RFC 7519) and those that this gateway goes by: nobody may say anything else by their names. */
const OWN_CLAIMS: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  ...['id', 'sid', 'username', 'is_admin', 'role', '__proto__'],
]);

/** A token travels with every request, and proxies have room for about eight kilobytes of headers. */
const MAX_LENGTH = 2_000;
const MAX_DEPTH = 5;
/** With the longest values: more would not fit into a token, whose owner could do nothing with it. */
const MAX_FILLED_BYTES = 1_500;

/** The longest value of each, in bytes: names as wide as UTF-8 makes them. */
const LONGEST_BYTES: Readonly<Record<ClaimPlaceholder, number>> = {
  user_id: 19,
  role: 20,
  username: 300,
  email: 765,
  session_id: 36,
  scope: 200,
};

export function isOwnClaim(name: string): boolean {
  return OWN_CLAIMS.has(name);
}

export const claimsTemplate: Kind<JsonObject> = {
  schema: parsedBy((text, explain) => {
    const template = text.length <= MAX_LENGTH ? parseObject(text) : undefined;
    if (!template) return undefined;
    const fault = faultOf(template);
    if (fault === undefined) return template;
    explain(fault);
    return undefined;
  }),
  rule: `a JSON object of at most ${MAX_LENGTH} characters`,
};

/** As the end of a sentence that the variable begins; undefined for a good one. */
function faultOf(template: JsonObject): string | undefined {
  const names = placeholdersIn(template);
  if (!names.every(isPlaceholder))
    return `must name only ${claimPlaceholders.map((name) => `{{${name}}}`).join(', ')}`;
  if (depthOf(template) > MAX_DEPTH) return `must not be nested more than ${MAX_DEPTH} deep`;
  const filled = names.reduce(
    (bytes, name) => bytes + LONGEST_BYTES[name],
    Buffer.byteLength(JSON.stringify(template)),
  );
  return filled > MAX_FILLED_BYTES
    ? `must not come to more than ${MAX_FILLED_BYTES} bytes with the longest names and addresses (765 bytes)`
    : undefined;
}

function isPlaceholder(name: string): name is ClaimPlaceholder {
  return claimPlaceholders.some((one) => one === name);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placeholdersIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(placeholdersIn) : [];
}

function depthOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values<JsonValue>(value).map(depthOf));
}
