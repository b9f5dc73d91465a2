import { CreditService } from '../../src/features/credit';
import { book, history } from '../support/credits';
import { givenUser, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

async function givenEntries(count: number): Promise<Person> {
  const person = await givenUser(app);
  for (let index = 1; index <= count; index += 1) {
    await book(app, person, 'addCredits', { amount: '1', referenceId: `entry-${index}` });
  }
  return person;
}

const references = (page: Awaited<ReturnType<typeof history>>): (string | null)[] =>
  page.edges.map(({ node }) => node.referenceId);

it('should be empty before the first booking', async () => {
  expect(await history(app, await givenUser(app))).toEqual({
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    totalCount: 0,
  });
});

it('should lead through all entries once, the newest first, also when new ones come in between', async () => {
  const person = await givenEntries(5);
  await givenEntries(2);
  const first = await history(app, person, { first: 2 });
  expect(references(first)).toEqual(['entry-5', 'entry-4']);
  expect(first.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: first.edges[0]?.cursor,
    endCursor: first.edges[1]?.cursor,
  });
  expect(first.totalCount).toBe(5);

  await book(app, person, 'useCredits', { amount: '1', referenceId: 'entry-6' });
  const second = await history(app, person, { first: 2, after: first.pageInfo.endCursor });
  expect(references(second)).toEqual(['entry-3', 'entry-2']);
  expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  const third = await history(app, person, { first: 2, after: second.pageInfo.endCursor });
  expect(references(third)).toEqual(['entry-1']);
  expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const beyond = await history(app, person, { first: 2, after: third.pageInfo.endCursor });
  expect(beyond.edges).toEqual([]);
});

it('should lead back through all entries once, each page in the same order as ever', async () => {
  const person = await givenEntries(5);
  await givenEntries(2);
  const end = await history(app, person, { last: 2 });
  expect(references(end)).toEqual(['entry-2', 'entry-1']);
  expect(end.pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: true,
    startCursor: end.edges[0]?.cursor,
    endCursor: end.edges[1]?.cursor,
  });
  const middle = await history(app, person, { last: 2, before: end.pageInfo.startCursor });
  expect(references(middle)).toEqual(['entry-4', 'entry-3']);
  expect(middle.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  const start = await history(app, person, { last: 2, before: middle.pageInfo.startCursor });
  expect(references(start)).toEqual(['entry-5']);
  expect(start.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
});

it('should take a range between two cursors from either end', async () => {
  const person = await givenEntries(5);
  const cursors = (await history(app, person)).edges.map(({ cursor }) => cursor);
  const range = { after: cursors[0]!, before: cursors[4]! };
  expect(references(await history(app, person, range))).toEqual(['entry-4', 'entry-3', 'entry-2']);
  expect(references(await history(app, person, { ...range, first: 1 }))).toEqual(['entry-4']);
  const last = await history(app, person, { ...range, last: 1 });
  expect(references(last)).toEqual(['entry-2']);
  expect(last.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
});

it('should not show the entries of others, whatever the cursor', async () => {
  const person = await givenEntries(2);
  const other = await givenEntries(1);
  const after = (await history(app, other)).edges[0]?.cursor ?? null;
  expect(references(await history(app, person, { after }))).toEqual(['entry-2', 'entry-1']);
});

it.each([[1], [200]])('should take a page of %i', async (first) => {
  const person = await givenEntries(2);
  expect((await history(app, person, { first })).edges).toHaveLength(Math.min(first, 2));
});

it.each([
  ['first', { first: 0 }],
  ['first', { first: 201 }],
  ['first', { first: -1 }],
  ['last', { last: 0 }],
  ['last', { last: 201 }],
  ['last', { first: 1, last: 1 }],
  ['before', { before: 'nonsense' }],
  ['after', { after: '' }],
  ['after', { after: 'nonsense' }],
  ['after', { after: Buffer.from('after:0').toString('base64url') }],
  ['after', { after: Buffer.from("after:1' or 1=1").toString('base64url') }],
  ['after', { after: Buffer.from('after:9999999999999999').toString('base64url') }],
])('should refuse %s in %j', async (field, variables) => {
  const person = await givenUser(app);
  const { errors } = await app.graphql(
    `query ($first: Int, $after: String, $last: Int, $before: String) {
      creditTransactions(first: $first, after: $after, last: $last, before: $before) { totalCount }
    }`,
    variables,
    { token: person.accessToken },
  );
  expect(errors[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT' });
  expect(errors[0]?.extensions.details?.map((detail) => detail.field)).toEqual([field]);
});

it('should count only for a query that selects the total', async () => {
  const count = jest.spyOn(CreditService.prototype, 'count');
  const person = await givenEntries(1);
  const ask = (query: string) => app.graphql(query, {}, { token: person.accessToken });
  const page = await ask('{ creditTransactions { edges { cursor } pageInfo { hasNextPage } } }');
  expect(page.errors).toEqual([]);
  expect(count).not.toHaveBeenCalled();
  expect((await ask('{ creditTransactions { totalCount } }')).data).toEqual({
    creditTransactions: { totalCount: 1 },
  });
  expect(count).toHaveBeenCalledTimes(1);
});
