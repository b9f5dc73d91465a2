import type { MetricsSnapshot } from '../infrastructure/telemetry/summed-metrics';

/** What tells a process that it was started by the one that keeps the workers. */
export const WORKER_FLAG = '--worker';

export type ToWorker =
  | { readonly kind: 'stop' }
  /** From now on send the mails and do the housekeeping; nobody else does. */
  | { readonly kind: 'take_duty' }
  | { readonly kind: 'mail_queued' }
  /** Tell what you counted so far. */
  | { readonly kind: 'count' }
  /** The answer to `sum`. */
  | { readonly kind: 'summed'; readonly id: number; readonly text: string };

export type ToPrimary =
  | { readonly kind: 'ready'; readonly addresses: readonly string[] }
  | { readonly kind: 'mail_queued' }
  | { readonly kind: 'counted'; readonly snapshot: MetricsSnapshot }
  /** Somebody asks one worker for the metrics of all. */
  | { readonly kind: 'sum'; readonly id: number };
