import { z } from 'zod';
import { defineFamily } from '../../../src/rest/family';
import { operation } from '../../../src/rest/operation';

const credentials = z.object({ name: z.string(), password: z.string() });

/** All that a fifth family takes, in one file; the test passes it to the gateway in one line. */
export const fifth = defineFamily({
  name: 'fifth',
  description: 'What nobody had before.',
  prefixes: ['/fifth/'],
  hasDetail: true,
  rules: {
    passwordRule: {
      minLength: 3,
      requireUppercase: false,
      requireNumbers: true,
      requireSpecialCharacters: false,
    },
    usernameRule: { pattern: /^fifth-/, message: 'must begin with fifth-' },
    registrationSignsIn: true,
  },
  figures: { register: 'BALANCE_HUB_REGISTER' },
  operations: ({ accounts, sessions }) => [
    operation({
      method: 'POST',
      path: '/fifth/accounts',
      id: 'fifthRegister',
      limit: { action: 'register' },
      summary: 'Create an account',
      body: credentials,
      bodyExample: { name: 'fifth-one', password: 'ab1' },
      answer: {
        status: 201,
        description: 'The new account.',
        schema: z.object({ id: z.int(), token: z.string().nullable() }),
        example: { id: 1, token: 'eyJ' },
      },
      errors: ['USER_ALREADY_EXISTS'],
      handle: async ({ body, context }) => {
        const account = { username: body.name, password: body.password };
        const { user, tokens } = await accounts.register(account, context);
        return { id: user.id, token: tokens?.accessToken ?? null };
      },
    }),
    operation({
      method: 'POST',
      path: '/fifth/sessions',
      id: 'fifthLogin',
      limit: { action: 'login' },
      summary: 'Sign in',
      body: credentials,
      bodyExample: { name: 'fifth-one', password: 'ab1' },
      answer: {
        status: 200,
        description: 'The token of a new session.',
        schema: z.object({ token: z.string() }),
        example: { token: 'eyJ' },
      },
      errors: ['INVALID_CREDENTIALS'],
      handle: async ({ body, context }) => {
        const { tokens } = await sessions.login(body.name, body.password, context);
        return { token: tokens.accessToken };
      },
    }),
    operation({
      method: 'GET',
      path: '/fifth/accounts/me',
      id: 'fifthMe',
      summary: 'Who is signed in',
      security: 'required',
      answer: {
        status: 200,
        description: 'The account.',
        schema: z.object({ name: z.string().nullable() }),
        example: { name: 'fifth-one' },
      },
      handle: async ({ viewer }) => ({ name: (await accounts.me(viewer)).username }),
    }),
  ],
});
