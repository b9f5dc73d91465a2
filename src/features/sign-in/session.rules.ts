import type { SessionsConfig } from '../../config';

/** When a session ends unless it is used again; never later than its absolute life allows. */
export function sessionEnd(
  { idleSeconds, maxSeconds }: Pick<SessionsConfig, 'idleSeconds' | 'maxSeconds'>,
  createdAt: Date,
  usedAt: Date,
): Date {
  return new Date(Math.min(usedAt.getTime() + idleSeconds * 1000, createdAt.getTime() + maxSeconds * 1000));
}

/** Whole seconds, at least one: the last moments of a session are its own end's to judge, not a rounding's. */
export function secondsUntil(end: Date, now: Date): number {
  return Math.max(1, Math.floor((end.getTime() - now.getTime()) / 1000));
}
