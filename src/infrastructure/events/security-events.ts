import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import { currentRequestContext, type RequestContext } from '../../foundation/request-context';
import type { FailureKind, SecurityEvent } from '../../foundation/security-events';

/** The request an event happened in; undefined for the shell and for work that nobody waits for. */
export type EventOrigin = Pick<RequestContext, 'requestId' | 'ipAddress' | 'userAgent'> | undefined;

/** Writes what belongs to the event into its unit of work: a mail, a line of the audit log. A failure undoes both. */
export type UnitListener = (em: SqlEntityManager, event: SecurityEvent, origin: EventOrigin) => Promise<void>;

/** Hears of what has happened, once it is committed: logs, metrics. It must not fail and must not wait. */
export type FactListener = (event: SecurityEvent, origin: EventOrigin) => void;

/** Carries security events from where they happen to whoever listens. */
export class SecurityEvents {
  readonly #unitListeners: UnitListener[] = [];
  readonly #factListeners: FactListener[] = [];

  listenInUnit(listener: UnitListener): void {
    this.#unitListeners.push(listener);
  }

  listen(listener: FactListener): void {
    this.#factListeners.push(listener);
  }

  /** To be called inside the unit of work that makes the event true; those who only watch hear of it after the commit. */
  async emit(em: SqlEntityManager, event: SecurityEvent): Promise<void> {
    const origin = originOf(currentRequestContext());
    for (const listener of this.#unitListeners) await listener(em, event, origin);
    // The event manager is the transaction's own: MikroORM clones it for each.
    em.getEventManager().registerSubscriber({
      afterTransactionCommit: async () => this.#tell(event, origin),
    });
  }

  /** For what is no change of the data, a failed login for example, or was committed by its own statement. */
  report(event: SecurityEvent): void {
    this.#tell(event, originOf(currentRequestContext()));
  }

  /** Runs a use case that strangers try; a refusal is an event of this kind, and is thrown on. */
  async reportingFailure<T>(kind: FailureKind, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'INTERNAL_ERROR';
      this.report({ kind, reason: code.toLowerCase() });
      throw error;
    }
  }

  #tell(event: SecurityEvent, origin: EventOrigin): void {
    for (const listener of this.#factListeners) listener(event, origin);
  }
}

/** Plain values: an event may outlive its request, which must not be kept alive by it. */
function originOf(context: RequestContext | undefined): EventOrigin {
  if (!context) return undefined;
  const { requestId, ipAddress, userAgent } = context;
  return { requestId, ipAddress, userAgent };
}
