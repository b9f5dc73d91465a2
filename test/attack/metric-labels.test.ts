import { sendRaw } from '../support/http';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

/** Whoever can make up labels can fill the memory of the gateway and of Prometheus. */
describe('labels of the metrics', () => {
  const app = useApp();

  const series = async (): Promise<string[]> => {
    const { text } = await app.request('/metrics');
    return text.split('\n').filter((line) => /^(http|graphql|auth|security|rate|mails)_/.test(line));
  };
  const namesOf = (lines: string[]): string[] =>
    lines.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();

  async function everything(suffix: string): Promise<void> {
    const person = { email: `nobody${suffix}@example.com`, password: `Wrong-Guess-${suffix}` };
    const token = `token${suffix}`;
    await app.graphql(`query Name${suffix} { health { status } }`);
    await app.graphql(`{ alias${suffix}: health { status } }`);
    await app.graphql(
      `query { ...Fragment${suffix} } fragment Fragment${suffix} on Query { health { status } }`,
    );
    await app.graphql(`{ field${suffix} }`);
    await app.graphql(`{ me { id } }`, {}, { token });
    await app.graphql(
      `mutation Log${suffix} { a${suffix}: login(input: {identifier: "${person.email}", password: "${person.password}"}) { user { id } } }`,
    );
    await app.request(`/nothing${suffix}`);
    await app.request(`/docs/nothing${suffix}?x=${suffix}`);
    await app.request(`/api/profile?${suffix}`, {
      headers: { 'x-request-id': suffix, 'user-agent': suffix },
    });
    await sendRaw(app, Buffer.from(`METHOD${suffix} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
    await sendRaw(
      app,
      Buffer.from(`PROPFIND /one${suffix} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
  }

  it('should be none that a client makes up', async () => {
    await givenUser(app);
    await everything('first');
    await series();
    const before = namesOf(await series());
    for (let number = 0; number < 20; number += 1) await everything(`x${number}`);
    expect(namesOf(await series())).toEqual(before);
    expect(before.join('\n')).not.toMatch(/first/);
  });

  it('should tell fields of the schema, by kind and outcome', async () => {
    const lines = await series();
    const counted = (type: string, field: string, outcome: string): number => {
      const start = `graphql_operations_total{type="${type}",field="${field}",outcome="${outcome}"} `;
      return Number(lines.find((line) => line.startsWith(start))?.slice(start.length));
    };
    expect(counted('query', 'health', 'success')).toBe(63);
    expect(counted('query', 'me', 'invalid_token')).toBe(21);
    expect(counted('mutation', 'login', 'invalid_credentials')).toBe(21);
    expect(counted('mutation', 'register', 'success')).toBe(1);
    expect(counted('none', 'none', 'bad_request')).toBe(21);
  });
});
