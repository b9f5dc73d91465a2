import { codesOf, givenUser, withoutEmail, type Person } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();
const FIELDS = 'username firstName lastName fullName';

function update(person: Person, input: Record<string, unknown>): Promise<GraphQLAnswer> {
  return app.graphql(
    `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { ${FIELDS} } }`,
    { input },
    { token: person.accessToken },
  );
}

async function profileOf(person: Person): Promise<unknown> {
  return (await app.graphql(`{ me { ${FIELDS} } }`, {}, { token: person.accessToken })).data?.['me'];
}

let count = 0;
async function givenProfile(): Promise<{ person: Person; profile: Record<string, string> }> {
  const person = await givenUser(app);
  const profile = {
    username: `user${(count += 1)}`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    fullName: 'Ada Lovelace',
  };
  expect((await update(person, profile)).data).toEqual({ updateProfile: profile });
  return { person, profile };
}

it('should leave absent fields as they are', async () => {
  const { person, profile } = await givenProfile();
  await update(person, { firstName: ' Augusta ' });
  expect(await profileOf(person)).toEqual({ ...profile, firstName: 'Augusta' });
  await update(person, {});
  expect(await profileOf(person)).toEqual({ ...profile, firstName: 'Augusta' });
});

it.each(['username', 'firstName', 'lastName', 'fullName'])(
  'should clear %s with null, and only that',
  async (field) => {
    const { person, profile } = await givenProfile();
    await update(person, { [field]: null });
    expect(await profileOf(person)).toEqual({ ...profile, [field]: null });
  },
);

it('should leave a field alone whose variable is absent', async () => {
  const { person, profile } = await givenProfile();
  await app.graphql(
    'mutation ($first: String, $last: String) { updateProfile(input: {firstName: $first, lastName: $last}) { id } }',
    { last: null },
    { token: person.accessToken },
  );
  expect(await profileOf(person)).toEqual({ ...profile, lastName: null });
});

it('should move the time of the last change, and not that of the creation', async () => {
  const { person } = await givenProfile();
  const created = app.clock.now().toISOString();
  app.clock.advance({ minutes: 1 });
  const { data } = await app.graphql(
    'mutation { updateProfile(input: {firstName: "x"}) { createdAt updatedAt } }',
    {},
    { token: person.accessToken },
  );
  expect(data).toEqual({ updateProfile: { createdAt: created, updatedAt: app.clock.now().toISOString() } });
});

it('should show each change at once, however often the profile is read', async () => {
  const { person, profile } = await givenProfile();
  let isReading = true;
  const readers = Array.from({ length: 4 }, async () => {
    while (isReading) await profileOf(person);
  });
  try {
    for (let round = 0; round < 20; round += 1) {
      const firstName = `Ada ${round}`;
      await update(person, { firstName });
      expect(await profileOf(person)).toEqual({ ...profile, firstName });
    }
  } finally {
    isReading = false;
    await Promise.all(readers);
  }
});

it('should not clear the last remaining identifier, and change nothing else either', async () => {
  const { person, profile } = await givenProfile();
  await withoutEmail(app, person);
  const answer = await update(person, { username: null, firstName: 'Other' });
  expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
  expect(answer.errors[0]?.extensions.details?.map(({ field }) => field)).toEqual(['username']);
  expect(await profileOf(person)).toEqual(profile);
});

it('should name every broken rule at once', async () => {
  const { person, profile } = await givenProfile();
  const { errors } = await update(person, {
    username: 'a@b',
    firstName: 'x'.repeat(101),
    lastName: '\u0000',
    fullName: '\u001b',
  });
  expect(errors[0]?.extensions.details?.map(({ field }) => field)).toEqual([
    'username',
    'firstName',
    'lastName',
    'fullName',
  ]);
  expect(await profileOf(person)).toEqual(profile);
});

it('should refuse the username of somebody else in any case, and take one’s own', async () => {
  const [first, second] = [await givenProfile(), await givenProfile()];
  const taken = await update(second.person, { username: first.profile['username']?.toUpperCase() });
  expect(codesOf(taken)).toEqual(['USER_ALREADY_EXISTS']);
  expect(await profileOf(second.person)).toEqual(second.profile);
  const own = await update(first.person, { username: first.profile['username']?.toUpperCase() });
  expect(codesOf(own)).toEqual([]);
});

it('should give a username to exactly one of two who want it at the same moment', async () => {
  const people = [await givenUser(app), await givenUser(app)];
  const answers = await Promise.all(people.map((person) => update(person, { username: 'wanted' })));
  expect(answers.map((answer) => codesOf(answer)[0] ?? 'success').sort()).toEqual([
    'USER_ALREADY_EXISTS',
    'success',
  ]);
});

it('should take no fields beyond the profile', async () => {
  const person = await givenUser(app);
  for (const field of ['role', 'isAdmin', 'email', 'isActive', 'id', 'hashedPassword']) {
    expect(codesOf(await update(person, { [field]: 'x' }))).toEqual(['BAD_REQUEST']);
  }
});

it('should refuse whoever is not signed in', async () => {
  expect(codesOf(await app.graphql('mutation { updateProfile(input: {}) { id } }'))).toEqual([
    'UNAUTHENTICATED',
  ]);
});
