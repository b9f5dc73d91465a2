import { types } from 'node:util';
import { LRUCache } from 'lru-cache';

const MASK = '***';
const MAX_DEPTH = 6;

// Keys whose values are secrets wherever they appear. Matched on the key without "_" and "-", in lower case.
const SECRET_KEY = /password|passwd|secret|token|authorization|cookie|apikey|credential|^code$/;
// Keys that only look like secrets: counts, kinds and error codes are what one searches a log for.
const HARMLESS_KEYS = new Set(['tokentype', 'maxtokens', 'passwordminlength']);

// Log lines use the same few names again and again; names from outside may not fill the memory.
const judgedKeys = new LRUCache<string, boolean>({ max: 1000 });

function isSecretKey(key: string): boolean {
  const judged = judgedKeys.get(key);
  if (judged !== undefined) return judged;
  const plain = key.replace(/[_-]/g, '').toLowerCase();
  const isSecret = SECRET_KEY.test(plain) && !HARMLESS_KEYS.has(plain);
  judgedKeys.set(key, isSecret);
  return isSecret;
}

/** A JSON Web Token is shortened, not erased: ten characters tell two tokens apart and are of no use to a thief. */
const JWT = /\beyJ[A-Za-z0-9_-]{7}[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;
// postgresql://user:password@host
const URL_PASSWORD = /(:\/\/[^\s:/@]*):[^\s/@]+@/g;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi;
/** What the three have in common with no ordinary text: looking once is cheaper than replacing three times. */
const SUSPICIOUS = /eyJ|bearer|basic|:\/\//i;

export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(JWT, (token) => `${token.slice(0, 10)}...`)
    .replace(BEARER, `$1 ${MASK}`)
    .replace(URL_PASSWORD, `$1:${MASK}@`);
}

/** A copy of `value` fit for a log: secrets masked by key at any depth, tokens shortened in any text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  if (depth >= MAX_DEPTH) return '[...]';
  if (types.isNativeError(value)) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactEntry(key, item, depth)]));
}

function redactEntry(key: string, item: unknown, depth: number): unknown {
  // A number of tokens, or a pair of them by name: the names decide.
  if (key === 'tokens' && (typeof item === 'number' || isRecord(item))) return redact(item, depth + 1);
  const masked = isSecretKey(key) && item !== null && item !== undefined && typeof item !== 'boolean';
  return masked ? MASK : redact(item, depth + 1);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function redactError(error: Error, depth: number): unknown {
  const fromDatabase = 'severity' in error;
  return {
    type: error.name,
    message: redactText(fromDatabase ? withoutStatement(error.message) : error.message),
    ...('code' in error && { code: error.code }),
    stack: redactText(fromDatabase ? framesOf(error) : (error.stack ?? '')),
    ...(error.cause !== undefined && { cause: redact(error.cause, depth + 1) }),
  };
}

/** MikroORM puts the statement with all its values before the server's own words, and these can end with a value. */
function withoutStatement(message: string): string {
  return message.slice(message.lastIndexOf(' - ') + 1).replace(/: ".*"$/s, `: ${MASK}`);
}

/** A stack without the message that it begins with. */
function framesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** A request's path and query with secret parameters masked; what cannot be read keeps its path only. */
export function redactUrl(url: string): string {
  const queryStart = url.indexOf('?');
  if (queryStart < 0) return redactText(url);
  const query = new URLSearchParams(url.slice(queryStart + 1));
  for (const key of new Set(query.keys())) {
    if (isSecretKey(key)) query.set(key, MASK);
    // A GET operation's variables are JSON inside one parameter.
    else if (key === 'variables' || key === 'query' || key === 'extensions') query.set(key, '...');
  }
  return redactText(`${url.slice(0, queryStart)}?${query.toString()}`);
}
