import { defineFamily, EIGHT_CHARACTERS } from '../family';
import { sessionOperations } from './operations';

/** The family of the session service: accounts by one name, `login`. */
export const session = defineFamily({
  name: 'session',
  description: 'Accounts by a single name, `login`. Before: Auth Service behind the Premier gateway.',
  prefixes: ['/api/'],
  hasDetail: true,
  rules: { passwordRule: EIGHT_CHARACTERS },
  figures: { register: 'SESSION', login: 'SESSION', other: 'SESSION' },
  limitOf: ({ id }) => ({ action: 'other', endpoint: id }),
  operations: sessionOperations,
});
