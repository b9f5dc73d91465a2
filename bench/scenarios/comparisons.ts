import { b2, b3, b4, b5, b5OneAccount, mixedBaselines } from './baselines';
import { mixture } from './mixture';
import * as ask from './requests';
import { comparison, LOGINS, type Scenario } from './scenario';

const HOT_USERS = 50;

export const comparisons: readonly Scenario[] = [
  comparison({
    name: 'me',
    summary: 'GraphQL `{ me { id email } }` by 10,000 users in turn',
    asks: ask.me(),
    baseline: b2,
  }),
  comparison({
    name: 'me-hot',
    summary: `the same by ${HOT_USERS} users`,
    asks: ask.me(HOT_USERS),
    baseline: b2,
  }),
  comparison({
    name: 'auth-me',
    summary: '`GET /auth/me` by 10,000 users in turn',
    asks: ask.authMe,
    baseline: b2,
  }),
  comparison({
    name: 'profile',
    summary: '`GET /api/profile` by 10,000 users in turn',
    asks: ask.profile,
    baseline: b2,
  }),
  comparison({
    name: 'refresh',
    summary: 'GraphQL `refresh` of 10,000 sessions in turn',
    asks: ask.refresh,
    baseline: b4,
  }),
  comparison({
    name: 'refresh-rest',
    summary: 'the same by `POST /api/auth/refresh`',
    asks: ask.refreshByRest,
    baseline: b4,
  }),
  comparison({
    name: 'login',
    summary: `GraphQL \`login\`, ${LOGINS} at a time`,
    asks: ask.login,
    baseline: b3,
    of: 'perSecond',
    connections: LOGINS,
  }),
  comparison({
    name: 'register',
    summary: `GraphQL \`register\`, ${LOGINS} at a time`,
    asks: ask.register,
    baseline: b3,
    of: 'perSecond',
    connections: LOGINS,
  }),
  comparison({
    name: 'booking',
    summary: 'GraphQL `useCredits` on 1,000 accounts in turn',
    asks: ask.booking(),
    baseline: b5,
  }),
  comparison({
    name: 'booking-rest',
    summary: 'the same by `POST /credits/use`',
    asks: ask.bookingByRest,
    baseline: b5,
  }),
  comparison({
    name: 'booking-one-account',
    summary: 'GraphQL `useCredits` on one account',
    asks: ask.booking(1),
    baseline: b5OneAccount,
  }),
  comparison({
    name: 'history',
    summary: 'GraphQL, the first 20 entries of 1,000 histories in turn',
    asks: ask.history,
    baseline: b2,
  }),
  comparison({
    name: 'mixed',
    summary: '80 % `me`, 10 % refresh, 5 % login, 5 % bookings',
    asks: (people) =>
      mixture({
        me: ask.me()(people),
        refresh: ask.refresh(people),
        login: ask.login(people),
        booking: ask.booking()(people),
      }),
    baseline: mixedBaselines,
  }),
];
