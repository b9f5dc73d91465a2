import { get, post } from '../load/exchange';
import { ACCOUNTS } from '../stage/seed';
import { PASSWORD } from '../stage/people';
import { byPerson, type Asking } from './by-person';
import { mixture } from './mixture';

/** What clients ask of the baselines. bench/baselines has the servers. */
export interface BaselineAsking {
  readonly name: string;
  readonly asks: Asking;
}

export const b0: BaselineAsking = {
  name: 'B0 JSON',
  asks: () => () => ({ request: get('/b0'), accepts: (body) => body.includes('"person@example.com"') }),
};

export const b1: BaselineAsking = {
  name: 'B1 token',
  asks: byPerson((person) => ({
    request: get('/b1', { authorization: person.authorization }),
    accepts: (body) => body.includes(`"${person.id}"`),
  })),
};

export const b2: BaselineAsking = {
  name: 'B2 select',
  asks: byPerson((person) => ({
    request: get('/b2', { authorization: person.authorization }),
    accepts: (body) => body.includes(`"${person.email}"`),
  })),
};

const password = JSON.stringify({ password: PASSWORD });

export const b3: BaselineAsking = {
  name: 'B3 bcrypt',
  asks: () => () => ({ request: post('/b3', password), accepts: (body) => body === '{"matches":true}' }),
};

export const b4 = refreshing('B4 refresh', '/b4');
export const b4OneStatement = refreshing('B4 refresh, one statement', '/b4-one-statement');

const amount = JSON.stringify({ amount: '0.01' });

export const b5: BaselineAsking = booking(ACCOUNTS);
export const b5OneAccount: BaselineAsking = booking(1);

/** The mixed load, each part on its own baseline. */
export const mixedBaselines: BaselineAsking = {
  name: 'B2, B4, B3, B5',
  asks: (people) =>
    mixture({
      me: b2.asks(people),
      refresh: b4.asks(people),
      login: b3.asks(people),
      booking: b5.asks(people),
    }),
};

function refreshing(name: string, path: string): BaselineAsking {
  return {
    name,
    asks: byPerson((person) => ({
      request: post(path, JSON.stringify({ refreshToken: person.refreshTokens.baseline })),
      accepts: (body) => {
        const token = /"refreshToken":"([^"]+)"/.exec(body)?.[1];
        if (token === undefined) return false;
        person.refreshTokens.baseline = token;
        return body.includes(`"${person.id}"`);
      },
    })),
  };
}

function booking(accounts: number): BaselineAsking {
  return {
    name: 'B5 booking',
    asks: byPerson(
      (person) => ({
        request: post('/b5', amount, { authorization: person.authorization }),
        accepts: (body) => /"newBalance":"?\d/.test(body),
      }),
      accounts,
    ),
  };
}
