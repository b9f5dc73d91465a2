import { balanceOf, book, history } from '../support/credits';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

it.each<[string, unknown, string]>([
  ['a JSON number', 0.1, '0.10'],
  ['a JSON number with an exponent', 1e2, '100.00'],
  ['the largest JSON number', 9999999999.99, '9999999999.99'],
  ['one that doubles cannot hold', 1.1, '1.10'],
  ['text', '0.07', '0.07'],
  ['text with an exponent', '1e2', '100.00'],
  ['text with zeros in front', '007.5', '7.50'],
])('should book exactly %s', async (_kind, amount, booked) => {
  const person = await givenUser(app);
  const { entry } = await book(app, person, 'addCredits', { amount });
  expect(entry).toMatchObject({ amount: booked, newBalance: booked });
});

it('should read a number in the document from its text', async () => {
  const person = await givenUser(app);
  const { data, errors } = await app.graphql(
    `mutation {
      a: addCredits(input: { amount: 4503599627.37 }) { amount }
      b: addCredits(input: { amount: 100.500000000000000001 }) { amount }
    }`,
    {},
    { token: person.accessToken },
  );
  expect(data).toBeNull();
  expect(errors[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', details: [{ field: 'amount' }] });
  expect(await balanceOf(app, person)).toBe('4503599627.37');
});

it.each<[unknown]>([
  ['0'],
  [0],
  ['0.00'],
  ['-1'],
  [-0.01],
  ['0.001'],
  [1.005],
  ['1.000'],
  ['10000000000.00'],
  [1e10],
  [1e21],
  ['1e309'],
  ['1e-400'],
  ['1e999999999'],
  ['NaN'],
  ['Infinity'],
  [''],
  [' 1 '],
  ['1,5'],
  ['0x10'],
  ['١'],
  ['1'.repeat(100_000 / 4)],
])('should refuse the amount %j', async (amount) => {
  const person = await givenUser(app);
  const { error } = await book(app, person, 'addCredits', { amount });
  expect(error?.extensions).toMatchObject({ code: 'INVALID_INPUT', http_status: 422 });
  expect(error?.extensions.details?.map(({ field }) => field)).toEqual(['amount']);
  expect((await history(app, person)).totalCount).toBe(0);
});

it('should refuse a JSON number beyond the doubles', async () => {
  const person = await givenUser(app);
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${person.accessToken}` },
    body: '{"query":"mutation ($a: Decimal!) { addCredits(input: { amount: $a }) { id } }","variables":{"a":1e309}}',
  });
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  expect(errors[0]?.extensions.code).toBe('INVALID_INPUT');
});

it.each([[true], [{ cents: 1 }], [['1']]])('should refuse %j as no decimal at all', async (amount) => {
  const person = await givenUser(app);
  expect((await book(app, person, 'addCredits', { amount })).code).toBe('BAD_REQUEST');
});
