import { parsedBy, type Kind } from './kinds';

/** So many in so long: the first opens the window, and the next after its end opens a new one. */
export interface Rate {
  readonly points: number;
  readonly windowSeconds: number;
}

const MAX_POINTS = 1_000_000_000;
const SECONDS_OF_UNIT: Readonly<Partial<Record<string, number>>> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
};

/** `60/minute`; also `5/15 minutes`. */
export const rate: Kind<Rate> = {
  schema: parsedBy((text) => {
    const [, points, count = '1', unit = ''] = /^(\d+) ?\/ ?(\d+)? ?([a-z]+?)s?$/i.exec(text) ?? [];
    const seconds = (SECONDS_OF_UNIT[unit.toLowerCase()] ?? 0) * Number(count);
    const isValid = Number(points) >= 1 && Number(points) <= MAX_POINTS && seconds >= 1 && seconds <= 86_400;
    return isValid ? { points: Number(points), windowSeconds: seconds } : undefined;
  }),
  rule: 'a rate like 60/minute, with second, minute, hour or day and at least 1',
};
