import type {
  CallerContext,
  DeviceMemory,
  LimitStatus,
  RequestContext,
  TokenDelivery,
} from '../foundation/request-context';
import type { Viewer } from '../foundation/viewer';
import type { Surface } from '../foundation/surface';
import type { Authenticator } from '../features/sign-in';

/** One request's context for the resolvers. Who asks is found out once, and only when a resolver wants to know. */
export class GraphQLContext implements CallerContext {
  readonly requestId: string;
  readonly surface: Surface;
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
  readonly acceptLanguage: string | undefined;
  readonly limits: LimitStatus[];
  readonly waits: number[];
  readonly device: DeviceMemory;
  readonly delivery: TokenDelivery;
  // Not a #private field: Apollo hands resolvers a copy of the context, made by assignment.
  private viewer: Promise<Viewer> | undefined;

  constructor(
    private readonly request: RequestContext,
    private readonly authorization: string | undefined,
    private readonly authenticator: Authenticator,
  ) {
    this.requestId = request.requestId;
    this.surface = request.surface;
    this.ipAddress = request.ipAddress;
    this.userAgent = request.userAgent;
    this.acceptLanguage = request.acceptLanguage;
    this.limits = request.limits;
    this.waits = request.waits;
    this.device = request.device;
    this.delivery = request.delivery;
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }

  requireViewer(): Promise<Viewer> {
    this.viewer ??= this.authenticator.viewerFromHeader(this.authorization);
    return this.viewer;
  }
}
