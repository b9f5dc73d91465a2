import { codesOf } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

/** Each fragment spreads the next one twice: 2^60 visits for whoever follows them all. */
function bomb(leaf: string): string {
  const links = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
  return `{ ...F0 } ${links.join(' ')} fragment F60 on Query { ${leaf} }`;
}

it.each([
  ['a field', '__typename'],
  ['nothing but an unknown fragment', '...Unknown'],
  ['nothing but a cycle', '...F60'],
])('should refuse fragments that double sixty times and end in %s', async (_name, leaf) => {
  const answer = await app.graphql(bomb(leaf));
  expect(answer.status).toBe(400);
  expect(codesOf(answer)).toContain('QUERY_TOO_COMPLEX');
});
