import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors';
import { mayBeRounded, parseExact } from '../http/exact-json';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Takes JSON and nothing else in this scope: what a plain HTML form can send, without asking first, is refused before
 * anybody reads it (CSRF). A number of more digits than a double holds keeps them, so that it is checked as it was sent.
 */
export function takeOperations(scope: FastifyInstance): void {
  // It also looks for keys like __proto__, so it always comes first.
  const parseSafely = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    void parseSafely(request, text, (error, body) =>
      error || !mayBeRounded(text) ? done(error, body) : readExactly(text, done),
    );
  });
  scope.addContentTypeParser('*', (request, _payload, done) => done(refusalOf(request)));
}

function readExactly(text: string, done: Done): void {
  try {
    done(null, parseExact(text));
  } catch (error) {
    done(new AppError('BAD_REQUEST', { message: 'The request is malformed', cause: error }));
  }
}

function refusalOf({ headers }: FastifyRequest): AppError {
  const isUpload = headers['content-type']?.trimStart().toLowerCase().startsWith('multipart/') === true;
  const message = isUpload
    ? 'File uploads (multipart/form-data) are off; send JSON, with Content-Type: application/json'
    : 'Send the operation as JSON, with Content-Type: application/json';
  return new AppError('UNSUPPORTED_MEDIA_TYPE', { message });
}
