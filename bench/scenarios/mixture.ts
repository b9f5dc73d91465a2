import type { NextExchange } from '../load/exchange';

export interface Parts {
  readonly me: NextExchange;
  readonly refresh: NextExchange;
  readonly login: NextExchange;
  readonly booking: NextExchange;
}

/** 80 % `me`, 10 % refresh, 5 % login, 5 % bookings, evenly spread. */
const PATTERN: readonly (keyof Parts)[] = [
  ...(['me', 'me', 'me', 'refresh', 'me', 'me', 'me', 'me', 'me', 'login'] as const),
  ...(['me', 'me', 'me', 'refresh', 'me', 'me', 'me', 'me', 'me', 'booking'] as const),
];

export function mixture(parts: Parts, pattern = PATTERN): NextExchange {
  let turn = 0;
  return () => {
    const part = pattern[turn % pattern.length] ?? 'me';
    turn += 1;
    return parts[part]();
  };
}

/** The same without the logins, for a load in which nothing waits for bcrypt. */
export function mixtureWithoutLogins(parts: Parts): NextExchange {
  return mixture(
    parts,
    PATTERN.filter((part) => part !== 'login'),
  );
}
