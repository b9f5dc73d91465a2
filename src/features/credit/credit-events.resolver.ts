import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { Raises } from '../../errors/raises.decorator';
import type { CallerContext } from '../../foundation/request-context';
import type { EventFeed } from '../../infrastructure/events/event-feed';
import type { CreditEvent, CreditEvents } from './credit-events';
import { CreditEventType, toCreditEntryType } from './credit.types';

/** What a subscription is asked in. */
export interface CreditEventsContext extends CallerContext {
  readonly creditEvents: CreditEvents;
}

@Resolver()
export class CreditEventsResolver {
  @Raises('signed-in', 'INVALID_INPUT')
  @Subscription(() => CreditEventType, {
    description:
      "What is booked on the caller's account from now on, or `since` an event: each entry once, in the order of the ledger. The connection closes (4403) when the caller's own session ends.",
    subscribe: ({ args, context }) => follow(args as Since, context as CreditEventsContext),
  })
  creditEvents(
    @Arg('since', () => ID, {
      nullable: true,
      description: 'The `id` of an event: those after it come first, however long ago it was.',
    })
    _since: string | null,
    @Root() { id, entry }: CreditEvent,
  ): CreditEventType {
    return { id, transaction: toCreditEntryType(entry) };
  }
}

interface Since {
  readonly since?: string | null;
}

async function follow({ since }: Since, context: CreditEventsContext): Promise<EventFeed<CreditEvent>> {
  const viewer = await context.requireViewer();
  return context.creditEvents.follow(viewer, since, () => context.requireViewer());
}
