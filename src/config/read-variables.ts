import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationProblem } from './configuration-error';
import { explainedIssue } from './kinds';
import { namesOf, variableNames, variables, type Values, type VariableName } from './variables';
import type { Alias, Variable } from './variable';

/** What an environment says, rule by rule; rules that concern several variables come later. */
export interface Reading {
  /** Complete even when there are problems: the default stands in for a refused value. */
  readonly values: Values;
  /** The variables that are set, with the name under which they are. */
  readonly given: ReadonlyMap<VariableName, string>;
  readonly problems: readonly ConfigurationProblem[];
}

interface Parsed {
  readonly name: string;
  readonly value: unknown;
}

/** Reads every variable of the table; unknown variables are nobody's business. */
export function readVariables(env: NodeJS.ProcessEnv): Reading {
  const values: Partial<Record<VariableName, unknown>> = {};
  const given = new Map<VariableName, string>();
  const problems: ConfigurationProblem[] = [];

  for (const name of variableNames) {
    const variable = variables[name];
    const accepted: Parsed[] = [];
    for (const alias of namesOf(name)) {
      const text = textOf(env[alias.name], variable);
      if (text === undefined) continue;
      if (!given.has(name)) given.set(name, alias.name);
      const result = (alias.kind ?? variable.kind).schema.safeParse(text);
      if (result.success) accepted.push({ name: alias.name, value: result.data });
      else problems.push(problemOf(name, alias, result.error.issues[0]));
    }

    const [first, ...others] = accepted;
    const rival = others.find(({ value }) => !isDeepStrictEqual(value, first?.value));
    if (first && rival) problems.push(conflictOf(name, first.name, rival.name));
    values[name] = first ? first.value : defaultOf(variable);
  }
  return { values: values as Values, given, problems };
}

/** A line that would be accepted for a variable, under the name the operator uses. */
export function exampleOf(name: VariableName, usedName: string = name): string {
  const variable = variables[name];
  const alias = namesOf(name).find((candidate) => candidate.name === usedName);
  return `${usedName}=${alias?.example ?? variable.example ?? variable.default ?? ''}`;
}

/** A broken rule of a variable, under the name the operator uses. */
export function problem(reading: Reading, name: VariableName, rule: string): ConfigurationProblem {
  const usedName = reading.given.get(name) ?? name;
  return { variable: usedName, rule, example: exampleOf(name, usedName) };
}

function textOf(raw: string | undefined, variable: Variable): string | undefined {
  if (raw === undefined) return undefined;
  const trimmed = raw.trim();
  if (trimmed === '' && !variable.isEmptyMeaningful) return undefined;
  return variable.isSecret ? raw : trimmed;
}

function defaultOf(variable: Variable): unknown {
  return variable.default === undefined ? undefined : variable.kind.schema.parse(variable.default);
}

function problemOf(
  name: VariableName,
  alias: Alias,
  issue: { readonly code: string; readonly message: string } | undefined,
): ConfigurationProblem {
  const rule =
    issue?.code === explainedIssue ? issue.message : `must be ${(alias.kind ?? variables[name].kind).rule}`;
  return { variable: alias.name, rule, example: exampleOf(name, alias.name) };
}

function conflictOf(name: VariableName, first: string, second: string): ConfigurationProblem {
  return {
    variable: `${first} and ${second}`,
    rule: 'are two names of one setting, but differ: keep one',
    example: exampleOf(name, first),
  };
}
