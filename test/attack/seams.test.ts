import { tokenPurposes } from '../../src/features/identity';
import { consequences } from '../../src/features/sign-in';
import type { AccountChangeKind } from '../../src/foundation/security-events';
import { changes, givenPerson, inFlight, type InFlight, type Mode, type Thing } from '../support/seams';
import { useApp } from '../support/test-app';

/** What lives on after each change; everything else is to be dead. A change or a thing without a row does not compile. */
const survivors: Readonly<Record<AccountChangeKind, readonly Thing[] | 'everything'>> = {
  'profile.changed': 'everything',
  'username.changed': 'everything',
  'role.changed': 'everything',
  'account.enabled': 'everything',
  'email.verified': [
    'the session that asks',
    'another session',
    'a refresh token',
    'a reset link',
    'a reset mail in the queue',
  ],
  'email.change_requested': ['a link that takes a change of email back'],
  'email.changed': [
    'the session that asks',
    'another session',
    'a refresh token',
    'a link that takes a change of email back',
  ],
  'email.change_undone': ['a link that takes a change of email back'],
  'password.changed': [
    'the session that asks',
    'a verification code',
    'a verification link',
    'a verification mail in the queue',
    'a link that takes a change of email back',
  ],
  'password.reset': ['a link that takes a change of email back'],
  'password.set_by_operator': [
    'a verification code',
    'a verification link',
    'a verification mail in the queue',
    'a link that takes a change of email back',
  ],
  'account.disabled': [],
  'account.deleted': [],
};

/** Pairs that cannot meet: an address that waits for its confirmation is verified, and one that changes at once asks for none. */
const cannotMeet: readonly (readonly [AccountChangeKind, Mode])[] = [
  ['email.verified', 'confirmed'],
  ['email.change_requested', 'at once'],
];

// One after the other: the embedded database serves one gateway at a time.
describe.each<[Mode, Record<string, string>]>([
  ['at once', {}],
  ['confirmed', { REQUIRE_EMAIL_VERIFICATION: 'true' }],
])('where a new address is taken %s', (mode, variables) => {
  const app = useApp(variables);
  const things = (Object.keys(inFlight) as Thing[]).filter((thing) => inFlight[thing].mode === mode);
  const kinds = (Object.keys(consequences) as AccountChangeKind[]).filter(
    (kind) => !cannotMeet.some(([one, where]) => one === kind && where === mode),
  );

  describe.each(kinds)('%s', (kind) => {
    it.each(things)('should meet %s', async (thing) => {
      const person = await givenPerson(app, mode);
      const lives = await inFlight[thing].begin(app, person);
      app.clock.advance({ seconds: 1 });
      await changes[kind](app, person, mode);
      const expected = survivors[kind];
      expect(await lives()).toBe(expected === 'everything' || expected.includes(thing));
    });
  });
});

describe('the table', () => {
  it('should have a row for each kind of proof that is mailed', () => {
    const purposes = Object.values<InFlight>(inFlight).flatMap(({ purpose }) => purpose ?? []);
    expect([...purposes].sort()).toEqual([...tokenPurposes].sort());
  });

  it('should have a line for each change of an account', () => {
    expect(Object.keys(survivors).sort()).toEqual(Object.keys(consequences).sort());
    expect(Object.keys(changes).sort()).toEqual(Object.keys(consequences).sort());
  });
});
