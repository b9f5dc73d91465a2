import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { AppError, type ErrorCode } from '../errors';
import type { AccountService } from '../features/account';
import { type CreditService, toCreditEntryType } from '../features/credit';
import { NodeType, toUserType } from '../features/identity';
import { type SessionService, toSessionType } from '../features/sign-in';
import { parseGlobalId } from '../foundation/global-ids';
import { isUuid, parseUserId } from '../foundation/ids';
import { Raises } from '../errors/raises.decorator';
import type { CallerContext } from '../foundation/request-context';
import type { Viewer } from '../foundation/viewer';

export interface NodeServices {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly credits: CreditService;
}

/** What `user` says of users whom the caller may not see, and administrators are told of none. */
const HIDDEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['FORBIDDEN', 'USER_NOT_FOUND']);

/** Finds any object by its id, as clients do that keep objects by id. */
@Resolver()
export class NodeResolver {
  constructor(private readonly services: NodeServices) {}

  @Raises('signed-in')
  @Query(() => NodeType, {
    nullable: true,
    description:
      "The object with this id, if the caller may see it; null for what is not there and for what is another's alike.",
  })
  async node(
    @Arg('id', () => ID, { description: 'The `id` of any object.' }) id: string,
    @Ctx() context: CallerContext,
  ): Promise<NodeType | null> {
    const viewer = await context.requireViewer();
    const found = parseGlobalId(id);
    if (found === undefined) return this.user(viewer, id);
    return found.type === 'Session' ? this.#session(viewer, found.id) : this.#entry(viewer, found.id);
  }

  /** The user with this id, if the viewer may see them. */
  async user(viewer: Viewer, id: string): Promise<NodeType | null> {
    try {
      return named('User', toUserType(await this.services.accounts.find(viewer, { id })));
    } catch (error) {
      if (error instanceof AppError && HIDDEN.has(error.code)) return null;
      throw error;
    }
  }

  async #session(viewer: Viewer, id: string): Promise<NodeType | null> {
    if (!isUuid(id)) return null;
    const [session] = await this.services.sessions.list(viewer, id);
    return session ? named('Session', toSessionType(session, viewer.sessionId)) : null;
  }

  async #entry(viewer: Viewer, idText: string): Promise<NodeType | null> {
    const id = parseUserId(idText);
    const entry = id === undefined ? null : await this.services.credits.find(viewer, id);
    return entry && named('CreditTransaction', toCreditEntryType(entry));
  }
}

function named<Type extends NodeType>(__typename: string, object: Type): Type & { __typename: string } {
  return Object.assign(object, { __typename });
}
