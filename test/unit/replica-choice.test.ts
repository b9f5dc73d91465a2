import { chooseReplica } from '../../src/infrastructure/database/replicas';

describe('which replica a user is read from', () => {
  const replicas = [0, 1, 2].map((place) => ({ place, isTrusted: true }));
  const placesOf = (users: readonly number[]): (number | undefined)[] =>
    users.map((user) => chooseReplica(replicas, user)?.place);
  const users = Array.from({ length: 12 }, (_none, index) => index + 1);

  it('should change for the users of a lost one alone', () => {
    const before = placesOf(users);
    expect(new Set(before)).toEqual(new Set([0, 1, 2]));
    replicas[1]!.isTrusted = false;
    expect(placesOf(users)).toEqual(before.map((place) => (place === 1 ? 2 : place)));
    replicas[2]!.isTrusted = false;
    expect(new Set(placesOf(users))).toEqual(new Set([0]));
    replicas[0]!.isTrusted = false;
    expect(new Set(placesOf(users))).toEqual(new Set([undefined]));
  });
});
