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

/** The hottest read of all (`me`): a plain statement and a map cost a third of what `findOne` does. */
export async function findUserById(em: SqlEntityManager, id: number): Promise<User | null> {
  const rows: object[] = await em.getConnection().execute('select * from users where id = ?', [id], 'all');
  return rows[0] ? em.map(User, rows[0]) : null;
}
