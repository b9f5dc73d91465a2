import { newUuid } from '../../foundation/ids';
import type {
  DeviceMemory,
  LimitStatus,
  RequestContext,
  TokenDelivery,
} from '../../foundation/request-context';
import { graphqlSurface } from '../../foundation/surface';
import type { SessionViewer } from '../../foundation/viewer';
import type { Authenticator, SessionEvents, SessionEventsContext } from '../../features/sign-in';
import type { CreditEvents, CreditEventsContext } from '../../features/credit';

/** What subscriptions read from. */
export interface LiveFeeds {
  readonly sessionEvents: SessionEvents;
  readonly creditEvents: CreditEvents;
}

/** Who is at the other end. Plain values: a connection lives long, and its first request is not kept for it. */
export type LiveCaller = Pick<RequestContext, 'requestId' | 'ipAddress' | 'userAgent'>;

/** No mail and no token travels by a subscription. */
const NO_DEVICE: DeviceMemory = { recall: () => undefined, remember: () => undefined };
const NO_DELIVERY: TokenDelivery = {
  way: 'body',
  hasRefreshCookie: false,
  mayUseCookie: false,
  deliver: (tokens) => tokens,
  refreshTokenFromCookie: () => undefined,
  clearRefreshCookie: () => undefined,
};
const NEVER = new AbortController().signal;

/** One subscription's context; many are kept at a time, so it holds little. */
export class LiveContext implements SessionEventsContext, CreditEventsContext {
  readonly requestId = newUuid();
  readonly limits: LimitStatus[] = [];
  readonly waits: number[] = [];

  constructor(
    private readonly caller: LiveCaller,
    private readonly viewer: SessionViewer,
    private readonly authenticator: Pick<Authenticator, 'stillThere'>,
    private readonly feeds: LiveFeeds,
  ) {}

  get surface(): typeof graphqlSurface {
    return graphqlSurface;
  }

  get ipAddress(): string {
    return this.caller.ipAddress;
  }

  get userAgent(): string | undefined {
    return this.caller.userAgent;
  }

  get device(): DeviceMemory {
    return NO_DEVICE;
  }

  get delivery(): TokenDelivery {
    return NO_DELIVERY;
  }

  get signal(): AbortSignal {
    return NEVER;
  }

  get sessionEvents(): SessionEvents {
    return this.feeds.sessionEvents;
  }

  get creditEvents(): CreditEvents {
    return this.feeds.creditEvents;
  }

  /** Asked anew for each event. */
  requireViewer(): Promise<SessionViewer> {
    return this.authenticator.stillThere(this.viewer);
  }
}
