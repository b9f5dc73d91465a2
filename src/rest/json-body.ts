import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse as parseLossless } from 'lossless-json';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Takes JSON and nothing else in this scope. An empty body is none: many clients announce JSON with every POST.
 * With `keepsNumbers` a number arrives as a LosslessNumber, so that money is read from its text.
 */
export function takeJson(scope: FastifyInstance, { keepsNumbers }: { keepsNumbers: boolean }): void {
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
}

function parseKeepingNumbers(text: string, done: Done): void {
  try {
    done(null, parseLossless(text));
  } catch (error) {
    // A key that is there twice, with two values.
    done(Object.assign(error as Error, { statusCode: 400 }));
  }
}
