import { readFileSync } from 'node:fs';
import { DriverException } from '@mikro-orm/core';
import { AppError } from '../../src/errors';
import {
  CLIENT_MESSAGES,
  isForeignKeyViolation,
  isInfrastructureFailure,
} from '../../src/infrastructure/database/failures';

/** An error as it comes out of knex and MikroORM: the statement in front, what was said alone beside it. */
function wrapped(said: string, properties: object = {}): Error {
  const message = `insert into "users" ("first_name") values ('timeout expired') - ${said}`;
  return new DriverException(Object.assign(new Error(message), { driverMessage: said }, properties));
}

describe('isInfrastructureFailure', () => {
  it.each([...CLIENT_MESSAGES])('should be true for what a client says: %s', (said) => {
    expect(isInfrastructureFailure(new Error(said))).toBe(true);
    expect(isInfrastructureFailure(wrapped(said))).toBe(true);
  });

  it.each(['57P01', '57P03', '57014', '08006', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])(
    'should be true for the code %s, whatever was said',
    (code) => {
      expect(isInfrastructureFailure(wrapped('anything', { code }))).toBe(true);
    },
  );

  it.each(['23505', '22P02', '23514', '40001', '55P03', '42601', 'XX000', 'ERR_INVALID_ARG_TYPE'])(
    'should be false for the code %s, whatever was said',
    (code) => {
      for (const said of CLIENT_MESSAGES)
        expect(isInfrastructureFailure(wrapped(said, { code }))).toBe(false);
    },
  );

  it('should not look into a statement that came in front of a message without a code', () => {
    for (const said of CLIENT_MESSAGES) {
      const message = `insert into "users" values ('${said}') - ${said}`;
      expect(isInfrastructureFailure(new DriverException(new Error(message)))).toBe(false);
      expect(isInfrastructureFailure(wrapped(`cannot read ${said}`))).toBe(false);
      expect(isInfrastructureFailure(new AppError('INTERNAL_ERROR', { message: `x ${said}` }))).toBe(false);
    }
  });
});

it('should know its clients by what they really say', () => {
  const sources = ['pg/lib/client.js', 'knex/lib/client.js', 'knex/lib/execution/transaction.js']
    .map((file) => readFileSync(require.resolve(file), 'utf8'))
    .join('\n')
    .replace(/' \+\s+'/g, '');
  for (const said of CLIENT_MESSAGES) expect(sources).toContain(`'${said}'`);
});

it('should tell a missing owner by the code, not by the word that MikroORM looks for', () => {
  expect(isForeignKeyViolation(wrapped('x', { code: '23503' }))).toBe(true);
  expect(isForeignKeyViolation(wrapped('cannot truncate', { code: '0A000' }))).toBe(false);
});
