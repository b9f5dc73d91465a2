import { duration, integer } from './kinds';
import type { Variable } from './variable';

const secondsPerMinute = 60;
const secondsPerDay = 86_400;

export const housekeepingVariables = {
  HOUSEKEEPING_INTERVAL_MINUTES: {
    kind: duration(secondsPerMinute, 0.01, 10_080),
    default: '10',
    description:
      'Minutes between two rounds that remove what nobody needs any more; one node does it for all.',
  },
  HOUSEKEEPING_BATCH_SIZE: {
    kind: integer(1, 100_000),
    default: '500',
    description: 'Most rows that are removed in one transaction.',
  },
  HOUSEKEEPING_MAX_BATCHES: {
    kind: integer(1, 1_000_000),
    default: '1000',
    description: 'Most transactions of a round for each kind of rows; the next round goes on.',
  },
  SESSION_RETENTION_DAYS: {
    kind: duration(secondsPerDay, 0, 3_650),
    default: '1',
    description:
      'Days that a session is kept after its end; the next sign-in of its owner may remove it sooner.',
  },
  ONE_TIME_TOKEN_RETENTION_DAYS: {
    kind: duration(secondsPerDay, 0, 3_650),
    default: '7',
    description: 'Days that codes, links and records of changed addresses are kept after their end.',
  },
  MAIL_SENT_RETENTION_DAYS: {
    kind: duration(secondsPerDay, 0, 3_650),
    default: '7',
    description: 'Days that a sent mail, without what it said, is kept for those who look for it.',
  },
  MAIL_FAILED_RETENTION_DAYS: {
    kind: duration(secondsPerDay, 0, 3_650),
    default: '90',
    description: 'Days that a mail that could not be delivered is kept, to be sent again.',
  },
} satisfies Record<string, Variable>;
