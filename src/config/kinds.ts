import { z } from 'zod';

/** How a setting's text becomes a value; `rule` completes "must be …" for operators and in the documentation. */
export interface Kind<T> {
  readonly schema: z.ZodType<T, string>;
  readonly rule: string;
}

/** The code of an issue whose message says more than the kind's rule. */
export const explainedIssue = 'custom';

/**
 * A schema made of one function. It returns `undefined` for a text that breaks the rule, and may call `explain` with
 * the end of a sentence ("must not …") where the rule alone would leave the operator guessing.
 */
export function parsedBy<T>(
  parse: (text: string, explain: (why: string) => void) => T | undefined,
): z.ZodType<T, string> {
  return z.string().transform((text, context): T => {
    let why: string | undefined;
    const value = parse(text, (message) => {
      why = message;
    });
    if (value !== undefined) return value;
    context.addIssue(
      why === undefined
        ? { code: 'invalid_format', format: 'setting', input: text }
        : { code: explainedIssue, message: why, input: text },
    );
    return z.NEVER;
  });
}

export const boolean: Kind<boolean> = {
  schema: z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] }),
  rule: 'true or false (or 1/0, yes/no, on/off)',
};

export function integer(min: number, max: number): Kind<number> {
  return {
    schema: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max)),
    rule: `a whole number from ${min} to ${max}`,
  };
}

export function decimal(min: number, max: number): Kind<number> {
  return {
    schema: z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number)
      .pipe(z.number().min(min).max(max)),
    rule: `a number from ${min} to ${max}`,
  };
}

/** A length of time in a unit of `unitSeconds`; the value is whole seconds, at least 1. */
export function duration(unitSeconds: number, min: number, max: number): Kind<number> {
  const { schema, rule } = decimal(min, max);
  return { schema: schema.transform((units) => Math.max(1, Math.round(units * unitSeconds))), rule };
}

const UNITS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
};

/** A length of time with its unit, `7 days`; a bare number is of `defaultUnitSeconds`. The value is whole seconds. */
export function lengthOfTime(defaultUnitSeconds: number): Kind<number> {
  return {
    schema: parsedBy((text) => {
      const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)\s*(?:([a-z]+?)s?)?$/i.exec(text) ?? [];
      const seconds = unit === undefined ? defaultUnitSeconds : UNITS[unit.toLowerCase()];
      if (amount === undefined || seconds === undefined) return undefined;
      const value = Math.round(Number(amount) * seconds);
      return value >= 1 ? value : undefined;
    }),
    rule: 'a length of time: 7 days, 12 hours, 30 minutes, 2 weeks (a bare number means days)',
  };
}

/** One of some words, in any case; the value is what the word stands for. */
export function choice<T extends string>(meanings: Readonly<Record<string, T>>): Kind<T> {
  const meaningByWord = new Map(
    Object.entries(meanings).map(([word, meaning]) => [word.toLowerCase(), meaning]),
  );
  return {
    schema: parsedBy((text) => meaningByWord.get(text.toLowerCase())),
    rule: `one of ${Object.keys(meanings).join(', ')}`,
  };
}

/** A comma separated list of names, each at most once, in any case; `none` is the empty list. */
export const names: Kind<'all' | readonly string[]> = {
  schema: parsedBy((text) => {
    const given = text.split(',').map((name) => name.trim().toLowerCase());
    if (given.length === 1 && given[0] === 'all') return 'all';
    if (given.length === 1 && given[0] === 'none') return [];
    const areNames = given.every(
      (name) => /^[a-z][a-z0-9-]*$/.test(name) && name !== 'all' && name !== 'none',
    );
    return areNames && new Set(given).size === given.length ? given : undefined;
  }),
  rule: 'all, none or a comma separated list of names',
};

/** One line of text. */
export function text(maxLength: number): Kind<string> {
  return {
    schema: z
      .string()
      .max(maxLength)
      .regex(/^\P{Cc}*$/u),
    rule: `one line of at most ${maxLength} characters`,
  };
}

export function secret(minLength: number): Kind<string> {
  return { schema: z.string().min(minLength), rule: `at least ${minLength} characters long` };
}

/** A secret that can travel in a header as it is. */
export function bearerToken(minLength: number): Kind<string> {
  return {
    schema: z.string().regex(new RegExp(`^[\\x21-\\x7e]{${minLength},1000}$`)),
    rule: `at least ${minLength} printable ASCII characters without spaces`,
  };
}

export const host: Kind<string> = {
  schema: z.union([z.ipv4(), z.ipv6(), z.string().regex(/^[a-z\d]([\w.-]{0,251}[a-z\d])?$/i)]),
  rule: 'a host name or an IP address, without a port',
};

/** A mail address, without a name and with nothing that could end a header line. */
export const address: Kind<string> = {
  schema: z
    .string()
    .max(255)
    .regex(/^[^\s@<>"(),:;\p{Cc}]+@[a-z\d]([a-z\d.-]*[a-z\d])?$/iu),
  rule: 'a mail address',
};
