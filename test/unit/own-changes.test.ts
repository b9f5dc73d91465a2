import { OwnChanges } from '../../src/infrastructure/database/own-changes';

describe('what this node has changed of late', () => {
  it('should make stale what was asked before a change of the same user, and of nobody else', () => {
    const changes = new OwnChanges();
    const before = performance.now();
    changes.note(1);
    expect(changes.since(before, 1)).toBe(true);
    expect(changes.since(before, 2)).toBe(false);
  });

  it('should make everybody stale when the unit of work does not say whom it concerns', () => {
    const changes = new OwnChanges();
    const before = performance.now();
    changes.note('everybody');
    expect(changes.since(before, 2)).toBe(true);
  });

  it('should make nobody stale for what concerns nobody', () => {
    const changes = new OwnChanges();
    const before = performance.now();
    changes.note('nobody');
    expect(changes.since(before, 1)).toBe(false);
    expect(changes.since(before, undefined)).toBe(false);
  });

  it('should take an answer of an unknown owner for stale after any change', () => {
    const changes = new OwnChanges();
    const before = performance.now();
    changes.note(1);
    expect(changes.since(before, undefined)).toBe(true);
  });

  it('should take a question of the very moment of a change for older than it', () => {
    const changes = new OwnChanges();
    const now = jest.spyOn(performance, 'now').mockReturnValue(5000);
    changes.note(1);
    expect(changes.since(5000, 1)).toBe(true);
    now.mockReturnValue(5001);
    expect(changes.since(performance.now(), 1)).toBe(false);
    now.mockRestore();
  });

  it('should remember for as long as it was told', () => {
    const changes = new OwnChanges(5_000);
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    changes.note(1);
    now.mockReturnValue(4_999);
    changes.note(2);
    expect(changes.since(performance.now() - 5_000, 1)).toBe(true);
    now.mockReturnValue(5_001);
    changes.note(2);
    expect(changes.since(performance.now() - 5_000, 1)).toBe(false);
    now.mockRestore();
  });
});
