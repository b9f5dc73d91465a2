import { PLACEHOLDER, type ClaimPlaceholder, type ClaimsConfig, type JsonValue } from '../../config';

export type ClaimValues = Readonly<Record<ClaimPlaceholder, string | null>>;

/** The claims that the configuration adds to a token. */
export function extraClaims(
  { namespace, template }: ClaimsConfig,
  values: ClaimValues,
): Record<string, unknown> {
  const claims = filled(template, values) as Record<string, unknown>;
  return namespace === undefined ? claims : { [namespace]: claims };
}

/** Values take the place of their names in texts that were parsed before, so none of them can add a claim. */
function filled(value: JsonValue, values: ClaimValues): unknown {
  if (typeof value === 'string') return filledText(value, values);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => filled(item, values));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, values)]));
}

/** A text that is nothing but a name becomes the value, which may be null; within a longer text null is nothing. */
function filledText(text: string, values: ClaimValues): string | null {
  const [[whole, only] = [], ...more] = text.matchAll(PLACEHOLDER);
  if (more.length === 0 && whole === text) return values[only as ClaimPlaceholder];
  return text.replaceAll(PLACEHOLDER, (_match, name: ClaimPlaceholder) => values[name] ?? '');
}
