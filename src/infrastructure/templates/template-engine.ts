import type * as liquidjs from 'liquidjs';

/** Liquid templates from some directories; a file of an earlier one replaces that of a later one. */
export class TemplateEngine {
  #liquid: liquidjs.Liquid | undefined;

  constructor(
    private readonly directories: readonly string[],
    private readonly options: { readonly escapeHtml: boolean },
  ) {}

  async renderFile(file: string, scope: object): Promise<string> {
    return (await this.#engine().renderFile(file, scope)) as string;
  }

  async render(template: string, scope: object): Promise<string> {
    return (await this.#engine().parseAndRender(template, scope)) as string;
  }

  #engine(): liquidjs.Liquid {
    const { Liquid } = require('liquidjs') as typeof liquidjs;
    this.#liquid ??= new Liquid({
      root: [...this.directories],
      cache: true,
      // Every output is escaped; a template has to say "raw" to get round it, and ours never do.
      ...(this.options.escapeHtml && { outputEscape: 'escape' as const }),
      strictFilters: true,
      strictVariables: true,
      ownPropertyOnly: true,
      // Templates see what they are given, not the disk beside them.
      relativeReference: false,
    });
    return this.#liquid;
  }
}
