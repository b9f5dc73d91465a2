import { readFileSync } from 'node:fs';
import { AppError, errorCatalogue, errorCodes, toEnvelope } from '../../src/errors';
import { renderErrorDocs } from '../../src/errors/render-docs';

const document = readFileSync('docs/errors.md', 'utf8');
const rows = [...document.matchAll(/^\| `(\w+)` +\| `(\w+)` +\| (\d+) +\|/gm)].map(([, ...cells]) => cells);

it('should hold docs/errors.md to the catalogue ("npm run generate" writes it anew)', () => {
  expect(document).toBe(renderErrorDocs(document));
});

it('should have a row for every code, and no row without a code', () => {
  expect(rows).toEqual(
    errorCodes.map((code) => [code, errorCatalogue[code].exception, String(errorCatalogue[code].httpStatus)]),
  );
});

it('should name no code in the prose that does not exist', () => {
  const named = document.match(/\b[A-Z]{3,}(?:_[A-Z]+)+\b/g) ?? [];
  expect(named.filter((name) => !(name in errorCatalogue))).toEqual([]);
});

it('should name every exception once', () => {
  const names = errorCodes.map((code) => errorCatalogue[code].exception);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[A-Z]\w+Exception$/.test(name))).toEqual([]);
});

it.each(errorCodes)('should make an envelope of %s with retry_after for 429 and 503 alone', (code) => {
  const envelope = toEnvelope(new AppError(code), 'req-1', new Date(0));
  const { httpStatus, exception, message } = errorCatalogue[code];
  expect(envelope).toEqual({
    status: 'error',
    error: exception,
    code,
    message,
    timestamp: '1970-01-01T00:00:00.000Z',
    request_id: 'req-1',
    ...((httpStatus === 429 || httpStatus === 503) && { retry_after: 1 }),
  });
});
