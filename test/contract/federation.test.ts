import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { codesOf, givenUser, makeAdmin, type Person } from '../support/people';
import { routers, type Router } from '../support/routers';
import { useApp } from '../support/test-app';

/** Another team's service, which knows users by their id alone. */
const REVIEWS = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Query { reviews: [Review!]! }
  type Review { text: String! author: User }
  type User @key(fields: "id") { id: ID! reviews: [Review!]! }
`;

describe('a subgraph', () => {
  const app = useApp({ FEDERATION: 'true', FEDERATION_MAX_REPRESENTATIONS: '3' });

  async function sdl(): Promise<string> {
    const { data } = await app.graphql<{ _service: { sdl: string } }>('{ _service { sdl } }');
    return data?._service.sdl ?? '';
  }

  async function entities(person: Person | undefined, representations: readonly unknown[]) {
    return app.graphql<{ _entities: ({ id: string; email: string | null } | null)[] }>(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { id email } } }',
      { r: representations },
      person ? { token: person.accessToken } : {},
    );
  }

  const userOf = ({ id }: Pick<Person, 'id'>): object => ({ __typename: 'User', id });

  describe('entities', () => {
    it('should be oneself, and nobody else, but for administrators', async () => {
      const [ada, bob] = [await givenUser(app), await givenUser(app)];
      const own = await entities(ada, [userOf(bob), userOf(ada), userOf({ id: '999999' })]);
      expect(own.data?._entities).toEqual([null, { id: ada.id, email: ada.email }, null]);
      const eve = await givenUser(app);
      await makeAdmin(app, eve);
      const all = await entities(eve, [userOf(bob), userOf(ada), userOf({ id: '999999' })]);
      expect(all.data?._entities.map((user) => user?.email ?? null)).toEqual([bob.email, ada.email, null]);
    });

    it('should be refused to strangers, beyond the limit, and by odd references', async () => {
      const ada = await givenUser(app);
      expect(codesOf(await entities(undefined, [userOf(ada)]))).toEqual(['UNAUTHENTICATED']);
      expect(
        codesOf(
          await entities(
            ada,
            [1, 2, 3, 4].map(() => userOf(ada)),
          ),
        ),
      ).toEqual(['QUERY_TOO_COMPLEX']);
      const some = [userOf(ada), userOf(ada)];
      const { data, errors } = await app.graphql(
        'query ($r: [_Any!]!) { a: _entities(representations: $r) { __typename } b: _entities(representations: $r) { __typename } }',
        { r: some },
        { token: ada.accessToken },
      );
      expect([data, errors.map(({ extensions }) => extensions.code)]).toEqual([null, ['QUERY_TOO_COMPLEX']]);
      for (const odd of [{ __typename: 'Session', id: '1' }, { __typename: 'User' }, 7, { id: ada.id }])
        expect(codesOf(await entities(ada, [odd]))).toEqual(['INVALID_INPUT']);
    });
  });

  describe.each(Object.entries(routers))('a graph of two services behind %s', (_name, startRouter) => {
    let author = '';
    let reviews: ApolloServer;
    let router: Router;

    beforeAll(async () => {
      reviews = new ApolloServer({
        schema: buildSubgraphSchema({
          typeDefs: parse(REVIEWS),
          resolvers: {
            Query: { reviews: () => [{ text: 'Good', author: { __typename: 'User', id: author } }] },
            User: { reviews: () => [{ text: 'Good' }] },
          },
        }),
      });
      const { url } = await startStandaloneServer(reviews, { listen: { port: 0 } });
      const { supergraphSdl, errors } = composeServices([
        { name: 'accounts', url: `${app.url}/graphql`, typeDefs: parse(await sdl()) },
        { name: 'reviews', url, typeDefs: parse(REVIEWS) },
      ]);
      if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
      router = await startRouter(supergraphSdl);
    });

    afterAll(async () => {
      await router.stop();
      await reviews.stop();
    });

    async function ask(query: string, person?: Person): Promise<{ data?: unknown; codes: unknown[] }> {
      const response = await fetch(router.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(person && { authorization: `Bearer ${person.accessToken}` }),
        },
        body: JSON.stringify({ query }),
      });
      const { data, errors = [] } = (await response.json()) as {
        data?: unknown;
        errors?: { extensions?: Record<string, unknown> }[];
      };
      return { data, codes: errors.map(({ extensions }) => extensions?.['code']) };
    }

    it('should answer from both, with the token passed on', async () => {
      const ada = await givenUser(app);
      author = ada.id;
      const mine = await ask('{ me { email reviews { text } } }', ada);
      expect(mine.data).toEqual({ me: { email: ada.email, reviews: [{ text: 'Good' }] } });
      const theirs = await ask('{ reviews { text author { id email } } }', ada);
      expect(theirs.data).toEqual({ reviews: [{ text: 'Good', author: { id: ada.id, email: ada.email } }] });
    });

    it('should show nothing private of others, nor anything to strangers', async () => {
      const [ada, bob] = [await givenUser(app), await givenUser(app)];
      author = ada.id;
      const seen = await ask('{ reviews { text author { id email } } }', bob);
      expect(JSON.stringify(seen.data)).not.toContain(ada.email);
      expect((await ask('{ me { email } }')).codes).toEqual(['UNAUTHENTICATED']);
    });

    it('should hear of a session’s end at once', async () => {
      const ada = await givenUser(app);
      expect((await ask('{ me { id } }', ada)).codes).toEqual([]);
      expect((await ask('mutation { logout }', ada)).data).toEqual({ logout: true });
      expect((await ask('{ me { id } }', ada)).codes).toEqual(['INVALID_TOKEN']);
    });
  });
});

describe('with FEDERATION_AUTHENTICATED', () => {
  const marked = useApp({ FEDERATION: 'true', FEDERATION_AUTHENTICATED: 'true' });

  it('should tell routers which fields need a token, in a graph that composes', async () => {
    const { data } = await marked.graphql<{ _service: { sdl: string } }>('{ _service { sdl } }');
    const typeDefs = parse(data?._service.sdl ?? '');
    const { supergraphSdl = '' } = composeServices([
      { name: 'accounts', url: 'http://a', typeDefs },
      { name: 'reviews', url: 'http://b', typeDefs: parse(REVIEWS) },
    ]);
    expect(supergraphSdl).toMatch(/ me: User! @join__field\(graph: ACCOUNTS\) @authenticated/);
    expect(supergraphSdl).not.toMatch(/ login\([^)]*\)[^\n]*@authenticated/);
  });
});

describe('with introspection off', () => {
  const closed = useApp({ FEDERATION: 'true', GRAPHQL_INTROSPECTION: 'false' });

  it('should not give the schema away as SDL', async () => {
    expect(codesOf(await closed.graphql('{ _service { sdl } }'))).toEqual(['BAD_REQUEST']);
  });
});
