import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse as parseLossless } from 'lossless-json';
import { AppError } from '../errors';

type Done = (error: Error | null, body?: unknown) => void;

interface BodyRules {
  /** Whether a number arrives as a LosslessNumber, so that money is read from its text. */
  readonly keepsNumbers: boolean;
  /** Whether a body may come without saying what it is. */
  readonly mayBeUntyped: (request: FastifyRequest) => boolean;
}

/**
 * Takes JSON and nothing else in this scope. An empty body is none: many clients announce JSON with every POST. Old clients
 * do not announce it at all; what they send is taken for JSON where it is some.
 */
export function takeJson(scope: FastifyInstance, { keepsNumbers, mayBeUntyped }: BodyRules): void {
  const parseSafely = scope.getDefaultJsonParser('error', 'error');
  const parse = (request: FastifyRequest, text: string, done: Done): void => {
    if (text === '') {
      done(null);
      return;
    }
    // Fastify's own parser also looks for keys like __proto__, so it always comes first.
    void parseSafely(request, text, (error, body) =>
      error || !keepsNumbers ? done(error, body) : parseKeepingNumbers(text, done),
    );
  };
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, parse);
  scope.addContentTypeParser('*', { parseAs: 'string' }, (request, text: string, done) => {
    const isUntyped = request.headers['content-type'] === undefined && mayBeUntyped(request);
    const refuse = (): void => done(new AppError('UNSUPPORTED_MEDIA_TYPE'));
    if (isUntyped) parse(request, text, (error, body) => (error ? refuse() : done(null, body)));
    else refuse();
  });
}

/** Lets every body in this scope pass unread. */
export function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
}

function parseKeepingNumbers(text: string, done: Done): void {
  try {
    done(null, parseLossless(text));
  } catch (error) {
    // A key that is there twice, with two values.
    done(Object.assign(error as Error, { statusCode: 400 }));
  }
}
