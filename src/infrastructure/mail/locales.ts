import Negotiator from 'negotiator';

/** The languages mails and pages are written in, the one for everybody else first. */
export const locales = ['en', 'de'] as const;

export type Locale = (typeof locales)[number];

/** The best of ours for a header `Accept-Language`; undefined when it asks for none of them. */
export function requestedLocale(acceptLanguage: string | undefined): Locale | undefined {
  if (acceptLanguage === undefined) return undefined;
  const negotiator = new Negotiator({ headers: { 'accept-language': acceptLanguage } });
  return asLocale(negotiator.language([...locales]));
}

/** The first of the candidates that is a language of ours, also when it names a region (`de-AT`). */
export function localeFrom(...candidates: readonly (string | null | undefined)[]): Locale {
  const found = candidates.map((candidate) => asLocale(candidate?.toLowerCase().split('-', 1)[0]));
  return found.find((locale) => locale !== undefined) ?? locales[0];
}

function asLocale(text: string | undefined): Locale | undefined {
  return locales.find((locale) => locale === text);
}
