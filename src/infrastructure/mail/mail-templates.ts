import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { MailKind, MailPayload } from '../../foundation/mail';
import { TemplateEngine } from '../templates/template-engine';
import { localeFrom, locales, type Locale } from './locales';
import { BUILT_IN_DIRECTORY } from './own-templates';

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** The texts of one language: of each mail, and those that all share. */
type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Makes subject, HTML and text of a mail. Values enter the texts of the language first and the texts enter the templates,
 * where everything is escaped, once, whatever it was made of.
 */
export class MailTemplates {
  readonly #html: TemplateEngine;
  readonly #text: TemplateEngine;
  readonly #texts: ReadonlyMap<Locale, Texts>;

  /** @param ownDirectory the operator's; its files replace ours of the same name, its texts those with the same key */
  constructor(
    private readonly kinds: readonly MailKind[],
    private readonly serviceName: string,
    ownDirectory: string | undefined,
  ) {
    const directories = [...(ownDirectory === undefined ? [] : [ownDirectory]), BUILT_IN_DIRECTORY];
    this.#html = new TemplateEngine(directories, { escapeHtml: true });
    this.#text = new TemplateEngine(directories, { escapeHtml: false });
    this.#texts = new Map(locales.map((locale) => [locale, readTexts(directories, locale, kinds)]));
  }

  /** Renders everything once. @throws Error for a template that cannot be read, parsed or filled */
  async rehearse(): Promise<void> {
    for (const locale of locales) {
      for (const { name, sample } of this.kinds) await this.render(name, locale, sample);
    }
  }

  async render(template: string, localeTag: string, values: MailPayload): Promise<RenderedMail> {
    const locale = localeFrom(localeTag);
    const scope = { ...values, service: this.serviceName };
    const texts = this.#texts.get(locale);
    const t = await this.#fill({ ...texts?.shared, ...texts?.[template] }, scope);
    const everything = { ...scope, t, locale };
    const [html, text] = await Promise.all([
      this.#html.renderFile(`${template}.html.liquid`, everything),
      this.#text.renderFile(`${template}.text.liquid`, everything),
    ]);
    return { subject: oneLine(t['subject'] ?? ''), html, text: `${text.trim()}\n` };
  }

  async #fill(texts: Readonly<Record<string, string>>, scope: object): Promise<Record<string, string>> {
    const filled = Object.entries(texts).map(
      async ([key, text]) => [key, await this.#text.render(text, scope)] as const,
    );
    return Object.fromEntries(await Promise.all(filled));
  }
}

function readTexts(directories: readonly string[], locale: Locale, kinds: readonly MailKind[]): Texts {
  // The last directory is ours and complete; what comes before it wins.
  const layers = [...directories].reverse().map((directory) => readTextsFile(directory, locale));
  const names = kinds.map(({ name }) => name);
  return Object.fromEntries(
    ['shared', ...names].map((key) => [key, Object.assign({}, ...layers.map((layer) => layer[key]))]),
  );
}

function readTextsFile(directory: string, locale: Locale): Record<string, Record<string, string>> {
  const file = path.join(directory, 'texts', `${locale}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  } catch (cause) {
    if (directory !== BUILT_IN_DIRECTORY && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`The mail texts in ${file} cannot be read`, { cause });
  }
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
