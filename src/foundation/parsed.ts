import { invalidInput, type FieldProblem } from '../errors';

/** The outcome of reading one value a client sent: the value as it is stored, or the rule it breaks. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: FieldProblem };

export function accepted<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(field: string, message: string): Parsed<never> {
  return { ok: false, problem: { field, message } };
}

type ValuesOf<T> = { [K in keyof T]: NonNullable<T[K]> extends Parsed<infer V> ? V : never };

/**
 * All values of one request, or INVALID_INPUT that names every field that breaks a rule, so that a form can show them
 * at once.
 */
export function valuesOf<T extends Record<string, Parsed<unknown>>>(parsed: T): ValuesOf<T> {
  const problems = Object.values(parsed).flatMap((one) => (one.ok ? [] : [one.problem]));
  if (problems.length > 0) throw invalidInput(...problems);
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, one]) => (one.ok ? [[name, one.value]] : [])),
  ) as ValuesOf<T>;
}
