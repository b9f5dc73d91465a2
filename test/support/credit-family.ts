import { rest, type RestAnswer } from './rest';
import type { TestApp } from './test-app';

export const PLAIN = 'securepassword';

export interface Account {
  readonly username: string;
  readonly email: string;
  readonly token: string;
  readonly id: number;
}

export interface CreditFamily {
  readonly register: (json: object) => Promise<RestAnswer>;
  readonly login: (json: object) => Promise<RestAnswer>;
  readonly givenAccount: (username: string) => Promise<Account>;
}

/** The first calls of a client of the family `credit`. */
export function creditFamily(app: TestApp): CreditFamily {
  const register = (json: object): Promise<RestAnswer> => rest(app, 'POST /auth/register', { json });
  return {
    register,
    login: (json) => rest(app, 'POST /auth/login', { json }),
    givenAccount: async (username) => {
      const email = `${username}@example.com`;
      const registered = await register({ username, email, password: PLAIN });
      const { access_token: token } = registered.body as { access_token: string };
      const user = await rest(app, `GET /auth/users/${username}`, { token });
      const { id } = user.body as { id: number };
      return { username, email, token, id };
    },
  };
}
