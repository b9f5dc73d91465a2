import { Readable } from 'node:stream';
import { z } from 'zod';
import type { RevocationFeed, RevocationPage } from '../../features/tokens';
import { operation, type Operation } from '../operation';
import { EXAMPLE_TIME } from '../schemas';

const EVENT_STREAM = 'text/event-stream';

const pageAnswer = z.object({
  cursor: z.string().meta({ description: 'What to ask for as `since` next time.' }),
  sessions: z.array(
    z.object({
      sid: z.string().meta({ description: 'The claim `sid` of the tokens that are dead now.' }),
      ended_at: z.string().meta({ format: 'date-time' }),
    }),
  ),
});
type PageAnswer = z.infer<typeof pageAnswer>;

const example = {
  cursor: '42',
  sessions: [{ sid: '0f8fad5b-d9cb-469f-a165-70867728950e', ended_at: EXAMPLE_TIME }],
};

/** Which sessions ended: once, or for as long as the client stays. */
export function revocations(feed: RevocationFeed): Operation {
  return operation({
    method: 'GET',
    path: '/oauth/revocations',
    id: 'oauthRevocations',
    summary: 'Sessions that ended within the life of an access token',
    description:
      'For services that verify tokens on their own: tokens of these sessions are dead, whatever their signature says. Without `since` all of them at once; with it the next ones as soon as there are some, or an empty list after a while. With `Accept: text/event-stream` one event after another on one connection.',
    security: 'client',
    query: z.object({
      since: z.string().optional().meta({ description: 'The cursor of the answer before.' }),
    }),
    headers: z.object({
      accept: z.string().optional(),
      'last-event-id': z
        .string()
        .optional()
        .meta({ description: 'The same as `since`, after a lost event stream.' }),
    }),
    answer: {
      status: 200,
      description: 'Sessions that ended, and where to go on.',
      schema: pageAnswer,
      example,
    },
    otherAnswers: [
      {
        status: 200,
        description: 'The same as events.',
        schema: z.string() as unknown as z.ZodType<PageAnswer>,
        mediaType: EVENT_STREAM,
        example: eventOf(example),
      },
    ],
    translation: { statuses: { INVALID_INPUT: 400 } },
    handle: async ({ query, headers, client, context, reply }) => {
      const { accept = '', 'last-event-id': lastEventId } = headers;
      // A client that has had no event yet may send an empty one.
      const cursor = lastEventId || query.since;
      // A stream that nobody reads would take its place for ever.
      const isStream = accept.includes(EVENT_STREAM) && reply.request.method !== 'HEAD';
      if (!isStream) return toAnswer(await feed.next(client, cursor, context.signal));
      // Neither packed nor kept back by a proxy: an event is worth nothing once it is old.
      void reply.type(`${EVENT_STREAM}; charset=utf-8`);
      void reply.headers({ 'content-encoding': 'identity', 'x-accel-buffering': 'no' });
      return Readable.from(textOf(await feed.open(client, cursor, context.signal))) as unknown as PageAnswer;
    },
  });
}

async function* textOf(pages: AsyncIterable<RevocationPage>): AsyncGenerator<string> {
  // A first word at once, so that the client knows that it is heard.
  yield ': ok\n\n';
  for await (const page of pages)
    yield page.sessions.length > 0 ? eventOf(toAnswer(page)) : ': nothing new\n\n';
}

function eventOf(page: PageAnswer): string {
  return `id: ${page.cursor}\nevent: revocations\ndata: ${JSON.stringify(page)}\n\n`;
}

function toAnswer({ cursor, sessions }: RevocationPage): PageAnswer {
  return {
    cursor,
    sessions: sessions.map(({ sessionId, endedAt }) => ({ sid: sessionId, ended_at: endedAt.toISOString() })),
  };
}
