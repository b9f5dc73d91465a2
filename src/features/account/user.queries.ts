import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Identifier } from '../../foundation/identifiers';
import { User } from './user.entity';

/** Finds by what the unique indexes compare, so that the database and the gateway agree on who is the same. */
export async function findUserByIdentifier(
  em: SqlEntityManager,
  identifier: Identifier,
): Promise<User | null> {
  return em
    .createQueryBuilder(User)
    .where(`lower(${identifier.kind}) = ?`, [identifier.key])
    .getSingleResult();
}
