import { AppError, invalidInput, type ErrorCode } from '../errors';

/** Where a route words or numbers an error otherwise than the catalogue. */
export interface ErrorTranslation {
  readonly statuses?: Partial<Record<ErrorCode, number>>;
  readonly messages?: Partial<Record<ErrorCode, string>>;
  /** The request's name of a field that the use case calls otherwise; others only turn to snake_case. */
  readonly fields?: Readonly<Record<string, string>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    translation?: ErrorTranslation | undefined;
  }
}

/** An error in the words of the route it leaves through, with the status it has there. */
export function translateError(
  error: AppError,
  { statuses = {}, messages = {}, fields = {} }: ErrorTranslation,
): { error: AppError; status: number } {
  const status = statuses[error.code] ?? error.entry.httpStatus;
  const message = messages[error.code];
  if (message !== undefined)
    return { error: new AppError(error.code, { message, cause: error.cause }), status };
  if (!error.details) return { error, status };
  const details = error.details.map((problem) => ({
    ...problem,
    field: fields[problem.field] ?? snakeCase(problem.field),
  }));
  return { error: invalidInput(...details), status };
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
