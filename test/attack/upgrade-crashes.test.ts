import { sendRaw } from '../support/http';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const QUERY = '{"query":"{ health { status } }"}';
const FIRST = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${QUERY.length}\r\n\r\n${QUERY}`;

/** Requests for another protocol come by a way of their own, where an exception would end the process. */
describe('requests for another protocol', () => {
  const app = useApp();

  it.each(['websocket', 'h2c'])(
    'should end one connection when sent behind another: %s',
    async (protocol) => {
      const second = `GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
      await sendRaw(app, FIRST + second).catch(() => '');
      const { status } = await app.request('/health');
      expect(status).toBe(200);
    },
  );

  it('should read a document of comments in no time, before it is known to be a subscription', async () => {
    const { accessToken } = await givenUser(app);
    const answer = await app.request('/graphql', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
        accept: 'text/event-stream, application/json',
      },
      body: JSON.stringify({ query: `${'#'.repeat(5_000)}\nq` }),
    });
    expect(answer.text).toContain('"code":"BAD_REQUEST"');
  });
});
