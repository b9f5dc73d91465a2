import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Identifier } from '../../foundation/identifiers';
import { User } from './user.entity';

/**
 * Finds by what the unique indexes compare, so that the database and the gateway agree on who is the same. An email
 * address that nobody has may still be the one name (`login`) under which an account was made.
 */
export async function findUserByIdentifier(
  em: SqlEntityManager,
  identifier: Identifier,
): Promise<User | null> {
  const user = await findBy(em, identifier.kind, identifier.key);
  return user ?? (identifier.kind === 'email' ? findBy(em, 'username', identifier.key) : null);
}

/**
 * Whether an address is somebody else's: their address, the name they registered with, or an address that they may still
 * take back. A look beforehand, in one statement; where two want one address at the same moment the unique index decides.
 */
export async function isEmailTaken(
  em: SqlEntityManager,
  email: string,
  now: Date,
  exceptUserId = 0,
): Promise<boolean> {
  const rows: unknown[] = await em.execute(
    `select 1 from users where (lower(email) = lower(?) or lower(username) = lower(?)) and id <> ?
     union all
     select 1 from email_undos where lower(old_email) = lower(?) and expires_at > ? and user_id <> ?`,
    [email, email, exceptUserId, email, now, exceptUserId],
  );
  return rows.length > 0;
}

/** Whether somebody has proven to own this mailbox, or had when the account left it. */
export async function isMailboxProven(em: SqlEntityManager, email: string, now: Date): Promise<boolean> {
  const rows: unknown[] = await em.execute(
    `select 1 from users where lower(email) = lower(?) and is_email_verified
     union all
     select 1 from email_undos where lower(old_email) = lower(?) and was_verified and expires_at > ?`,
    [email, email, now],
  );
  return rows.length > 0;
}

async function findBy(em: SqlEntityManager, column: Identifier['kind'], key: string): Promise<User | null> {
  return em.createQueryBuilder(User).where(`lower(${column}) = lower(?)`, [key]).getSingleResult();
}
