import { readFileSync } from 'node:fs';
import path from 'node:path';
import { localeFrom, locales, requestedLocale, type Locale } from '../infrastructure/mail/locales';
import { TemplateEngine } from '../infrastructure/templates/template-engine';

export const PAGES_DIRECTORY = path.resolve(__dirname, '../../templates/pages');

type Texts = Readonly<Record<string, string>>;

/** Renders pages for people, in the language of their browser. */
export class PageRenderer {
  readonly #engine = new TemplateEngine([PAGES_DIRECTORY], { escapeHtml: true });
  readonly #texts: ReadonlyMap<Locale, Texts>;

  constructor(private readonly serviceName: string) {
    this.#texts = new Map(locales.map((locale) => [locale, readTexts(locale)]));
  }

  async render(page: string, acceptLanguage: string | undefined, values: object = {}): Promise<string> {
    const locale = localeFrom(requestedLocale(acceptLanguage));
    const t = this.#texts.get(locale);
    return this.#engine.renderFile(`${page}.liquid`, {
      root: '',
      ...values,
      service: this.serviceName,
      locale,
      t,
    });
  }
}

function readTexts(locale: Locale): Texts {
  return JSON.parse(readFileSync(path.join(PAGES_DIRECTORY, 'texts', `${locale}.json`), 'utf8')) as Texts;
}
