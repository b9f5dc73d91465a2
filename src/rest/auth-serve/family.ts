import { defineFamily } from '../family';
import { authServeOperations } from './operations';

/** The family of Auth-Serve: accounts by email address, answers wrapped in `{status, data}`. */
export const authServe = defineFamily({
  name: 'auth-serve',
  description: 'Accounts by email address, with names. Before: Auth-Serve.',
  prefixes: ['/api/auth/'],
  rules: { signsInBy: 'email' },
  figures: { register: 'AUTH_SERVE_REGISTER', login: 'AUTH_SERVE_LOGIN' },
  operations: authServeOperations,
});
