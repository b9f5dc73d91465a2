import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import { Raises } from '../../errors/raises.decorator';
import type { CallerContext } from '../../foundation/request-context';
import type { EventFeed } from '../../infrastructure/events/event-feed';
import type { SessionEvent, SessionEvents } from './session-events';
import { SessionEventType, toSessionEventType } from './session-events.types';

/** What a subscription is asked in. */
export interface SessionEventsContext extends CallerContext {
  readonly sessionEvents: SessionEvents;
}

@Resolver()
export class SessionEventsResolver {
  @Raises('signed-in', 'INVALID_INPUT')
  @Subscription(() => SessionEventType, {
    description:
      "What happens to the caller's sessions from now on, or `since` an event. The connection closes (4403) when the caller's own session ends.",
    subscribe: ({ args, context }) => follow(args as Since, context as SessionEventsContext),
  })
  async sessionEvents(
    @Root() event: SessionEvent,
    @Arg('since', () => ID, {
      nullable: true,
      description:
        'The `id` of an event: those after it come first, and those of the last seconds before it may come again. They are kept as long as their session, which is a day after its end.',
    })
    _since: string | null,
    @Ctx() context: SessionEventsContext,
  ): Promise<SessionEventType> {
    return toSessionEventType(event, (await context.requireViewer()).sessionId);
  }
}

interface Since {
  readonly since?: string | null;
}

async function follow({ since }: Since, context: SessionEventsContext): Promise<EventFeed<SessionEvent>> {
  const viewer = await context.requireViewer();
  return context.sessionEvents.follow(viewer, since, () => context.requireViewer());
}
