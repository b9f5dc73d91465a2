import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalidInput, type FieldProblem } from '../errors';
import type { Operation } from './operation';

type Issue = z.core.$ZodRawIssue;

interface Input {
  readonly body: unknown;
  readonly query: unknown;
  readonly params: unknown;
  readonly headers: unknown;
}

/** Everything of a request that its operation asked for. @throws AppError INVALID_INPUT with every problem */
export function readInput(operation: Operation, request: FastifyRequest): Input {
  const problems: FieldProblem[] = [];
  const read = (schema: z.ZodType | undefined, value: unknown): unknown => {
    const result = schema?.safeParse(value, { error: describe });
    if (result?.success === false) problems.push(...result.error.issues.map(toProblem));
    return result?.data;
  };
  const input = {
    params: read(operation.params, request.params),
    query: read(operation.query, request.query),
    headers: read(operation.headers, request.headers),
    body: read(operation.body, request.body),
  };
  if (problems.length > 0) throw invalidInput(...problems);
  return input;
}

function toProblem(issue: z.core.$ZodIssue): FieldProblem {
  return { field: issue.path.join('.') || 'body', message: issue.message };
}

const NAMES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  object: 'a JSON object',
};

/** Says the rule, never the value. */
function describe(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined && (issue.path?.length ?? 0) > 0) return 'is required';
    return `must be ${NAMES[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  return issue.message ?? 'is not valid';
}
