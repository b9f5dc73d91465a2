import { z } from 'zod';
import { parsedBy, type Kind } from './kinds';

/** An http(s) address that is nothing but an address: a password or a query in it would end up in links and tokens. */
function parseWebUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !/[?#]/.test(text);
  return isPlain ? url : undefined;
}

/** The value has no trailing slash, so that a path can be appended. */
export const publicUrl: Kind<string> = {
  schema: parsedBy((text) => parseWebUrl(text)?.href.replace(/\/+$/, '')),
  rule: 'an http or https URL without user, query or fragment',
};

/** Origins as browsers send them: no path, lower case, no default port. */
export const origins: Kind<readonly string[]> = {
  schema: parsedBy((text) => {
    const values = splitList(text)?.map((entry) => (entry === '*' ? entry : parseOrigin(entry)));
    if (values?.includes('*')) return values.length === 1 ? ['*'] : undefined;
    return values?.every((value) => value !== undefined) ? [...new Set(values)] : undefined;
  }),
  rule: 'a JSON list or a comma separated list of http(s) origins without a path, or * alone',
};

function parseOrigin(text: string): string | undefined {
  const url = parseWebUrl(text);
  return url?.pathname === '/' ? url.origin : undefined;
}

function splitList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return text.split(',').map((entry) => entry.trim());
  try {
    return z.array(z.string().trim()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
