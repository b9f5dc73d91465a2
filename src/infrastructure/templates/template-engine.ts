import { Liquid } from 'liquidjs';

/** Liquid templates from some directories; a file of an earlier one replaces that of a later one. */
export class TemplateEngine {
  readonly #liquid: Liquid;

  constructor(directories: readonly string[], options: { readonly escapeHtml: boolean }) {
    this.#liquid = new Liquid({
      root: [...directories],
      cache: true,
      // Every output is escaped; a template has to say "raw" to get round it, and ours never do.
      ...(options.escapeHtml && { outputEscape: 'escape' as const }),
      strictFilters: true,
      strictVariables: true,
      ownPropertyOnly: true,
      // Templates see what they are given, not the disk beside them.
      relativeReference: false,
    });
  }

  async renderFile(file: string, scope: object): Promise<string> {
    return (await this.#liquid.renderFile(file, scope)) as string;
  }

  async render(template: string, scope: object): Promise<string> {
    return (await this.#liquid.parseAndRender(template, scope)) as string;
  }
}
