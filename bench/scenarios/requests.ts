import { get, post, type Exchange } from '../load/exchange';
import { ACCOUNTS } from '../stage/seed';
import { PASSWORD, type Person } from '../stage/people';
import { byPerson, type Asking } from './by-person';

/* What clients ask of the gateway. Every answer is checked: the right person, the right page, a new token. */

type Headers = Readonly<Record<string, string>>;

const AMOUNT = '0.01';
const PAGE = 20;

export function me(asking?: number): Asking {
  const body = JSON.stringify({ query: '{ me { id email } }' });
  return byPerson(
    (person) => graphql(body, signedIn(person), (answer) => answer.includes(`"${person.email}"`)),
    asking,
  );
}

export const authMe: Asking = reading('/auth/me');
export const profile: Asking = reading('/api/profile');

function reading(path: string): Asking {
  return byPerson((person) => ({
    request: get(path, signedIn(person)),
    accepts: (body) => body.includes(`"${person.email}"`),
  }));
}

const REFRESH = `mutation ($token: String) { refresh(refreshToken: $token) {
  user { id } tokens { accessToken refreshToken expiresIn } } }`;

export const refresh: Asking = byPerson((person) => {
  const variables = { token: person.refreshTokens.gateway };
  const body = JSON.stringify({ query: REFRESH, variables });
  return graphql(body, anonymous(person), (answer) =>
    takeRefreshToken(person, answer, /"refreshToken":"([^"]+)"/),
  );
});

export const refreshByRest: Asking = byPerson((person) => ({
  request: post(
    '/api/auth/refresh',
    JSON.stringify({ refresh_token: person.refreshTokens.gateway }),
    anonymous(person),
  ),
  accepts: (answer) => takeRefreshToken(person, answer, /"refresh_token":"([^"]+)"/),
}));

/** Everybody has a chain of tokens of their own, as clients do. */
function takeRefreshToken(person: Person, answer: string, pattern: RegExp): boolean {
  const token = pattern.exec(answer)?.[1];
  if (token === undefined || token === person.refreshTokens.gateway) return false;
  person.refreshTokens.gateway = token;
  return answer.includes(String(person.id));
}

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { user { id } tokens { accessToken } } }`;

export const login: Asking = byPerson((person) => {
  const variables = { input: { identifier: person.email, password: PASSWORD } };
  const body = JSON.stringify({ query: LOGIN, variables });
  return graphql(body, anonymous(person), (answer) => answer.includes(`"${person.id}"`));
});

const REGISTER = `mutation ($input: RegisterInput!) { register(input: $input) {
  user { id } tokens { accessToken } } }`;
let newcomers = 0;

export const register: Asking = () => () => {
  newcomers += 1;
  const variables = { input: { email: `newcomer${newcomers}@example.com`, password: PASSWORD } };
  return graphql(JSON.stringify({ query: REGISTER, variables }), {}, (answer) =>
    answer.includes('"accessToken":"'),
  );
};

const BOOK = 'mutation ($input: CreditInput!) { useCredits(input: $input) { id newBalance createdAt } }';

export function booking(accounts = ACCOUNTS): Asking {
  const body = JSON.stringify({ query: BOOK, variables: { input: { amount: AMOUNT } } });
  return byPerson(
    (person) => graphql(body, signedIn(person), (answer) => answer.includes('"newBalance":"')),
    accounts,
  );
}

export const bookingByRest: Asking = byPerson(
  (person) => ({
    request: post('/credits/use', JSON.stringify({ amount: AMOUNT }), signedIn(person)),
    accepts: (answer) => answer.includes(`"user_id":${person.id}`) && answer.includes('"new_balance":'),
  }),
  ACCOUNTS,
);

const HISTORY = `{ creditTransactions(first: ${PAGE}) {
  edges { cursor node { id amount type createdAt newBalance } } pageInfo { hasNextPage endCursor } } }`;

export const history: Asking = byPerson(
  (person) =>
    graphql(
      JSON.stringify({ query: HISTORY }),
      signedIn(person),
      (answer) => answer.split('"cursor"').length === PAGE + 1,
    ),
  ACCOUNTS,
);

function graphql(body: string, headers: Headers, accepts: (answer: string) => boolean): Exchange {
  return { request: post('/graphql', body, headers), accepts };
}

function signedIn(person: Person): Headers {
  return { authorization: person.authorization, ...anonymous(person) };
}

/** The address is believed where a proxy is trusted, and ignored elsewhere. */
function anonymous({ address }: Person): Headers {
  return { 'x-forwarded-for': address };
}
