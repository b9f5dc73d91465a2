import { AppError } from '../../src/errors';
import { FairPlaces } from '../../src/infrastructure/crypto/fair-places';
import { FairQueue } from '../../src/infrastructure/crypto/fair-queue';
import { hashOwner } from '../../src/infrastructure/crypto/hash-owner';
import { PasswordHasher } from '../../src/infrastructure/crypto/password-hasher';

/** Everything that waits, in the order in which it is served. */
function served(queue: FairQueue<string>): string[] {
  const order: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) order.push(item);
  return order;
}

function queueOf(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.add(item.charAt(0), item);
  return queue;
}

describe('a fair queue', () => {
  it('should let owners take turns, and serve each in the order of arrival', () => {
    const queue = queueOf('a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'a4');
    expect(queue.size).toBe(7);
    expect(served(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
    expect(queue.size).toBe(0);
  });

  it('should serve who comes later after one of each of the others', () => {
    const queue = queueOf('a1', 'a2', 'a3', 'b1', 'b2');
    expect(queue.shift()).toBe('a1');
    queue.add('c', 'c1');
    expect(served(queue)).toEqual(['b1', 'a2', 'c1', 'b2', 'a3']);
  });

  it('should forget what leaves, once, and whoever has nothing left', () => {
    const queue = queueOf('a1', 'b1', 'b2');
    queue.delete('a', 'a1');
    queue.delete('a', 'a1');
    queue.delete('b', 'never');
    queue.delete('nobody', 'a1');
    expect(queue.size).toBe(2);
    expect(served(queue)).toEqual(['b1', 'b2']);
  });
});

describe('places with a share for each owner', () => {
  it('should refuse an owner beyond the share, and everybody beyond the whole', () => {
    const places = new FairPlaces(3, 2);
    expect(['a', 'a', 'a', 'b', 'b'].map((owner) => places.take(owner))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    places.giveBack('a');
    expect([places.taken, places.take('b'), places.take('a')]).toEqual([2, true, false]);
  });
});

describe('the hasher', () => {
  const hasher = new PasswordHasher({ cost: 4, concurrency: 1, queueLimit: 9, placesPerOwner: 3 });
  afterAll(() => hasher.close());
  const hash = (owner: string): Promise<string> => hasher.hash('correct horse', owner);

  it('should let owners take turns', async () => {
    const order: string[] = [];
    const names = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'];
    await Promise.all(names.map((name) => hash(name.charAt(0)).then(() => order.push(name))));
    // The first was alone when it came.
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  });

  it('should give no owner more than its share, whatever it holds its places for', async () => {
    const place = hasher.reserve('greedy');
    const accepted = [hash('greedy'), hash('greedy')];
    await expect(hash('greedy')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(() => hasher.reserve('greedy')).toThrow(AppError);
    accepted.push(hash('modest'));
    place.release();
    accepted.push(hash('greedy'));
    expect(await Promise.all(accepted)).toHaveLength(4);
    expect(await Promise.all([hash('greedy'), hash('greedy'), hash('greedy')])).toHaveLength(3);
  });

  it('should give back the places of what is aborted', async () => {
    const controller = new AbortController();
    const first = hash('greedy');
    const aborted = [1, 2].map(() => hasher.hash('correct horse', 'greedy', controller.signal));
    controller.abort();
    await Promise.allSettled(aborted);
    expect(await Promise.all([first, hash('greedy'), hash('greedy')])).toHaveLength(3);
  });
});

it('should take whoever is signed in for an owner, otherwise the address, an IPv6 network as one', () => {
  const ipAddress = '2001:db8:0:1::7';
  expect(hashOwner({ ipAddress }, { userId: 7 })).toBe('account:7');
  expect(hashOwner({ ipAddress })).toBe(hashOwner({ ipAddress: '2001:db8:0:1::8' }));
  expect(hashOwner({ ipAddress })).not.toBe(hashOwner({ ipAddress: '192.0.2.1' }));
});
