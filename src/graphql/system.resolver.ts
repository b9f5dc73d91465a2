import { Field, Int, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import { errorCatalogue, errorCodes, type ErrorCode } from '../errors';
import type { Health } from '../infrastructure/telemetry/health';

/** The catalogue's codes as a GraphQL enum, so that generated clients know them all. */
const ErrorCodeEnum = Object.fromEntries(errorCodes.map((code) => [code, code])) as {
  [Code in ErrorCode]: Code;
};

registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description: 'What `extensions.code` of an error can be.',
  valuesConfig: Object.fromEntries(
    errorCodes.map((code) => {
      const { description, httpStatus } = errorCatalogue[code];
      return [code, { description: `${description} HTTP status: ${httpStatus}.` }];
    }),
  ),
});

@ObjectType({ description: 'One kind of error that a client can meet.' })
export class ErrorDescription {
  @Field(() => ErrorCodeEnum, { description: 'What `extensions.code` says.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'What `extensions.error` says.' })
  exception!: string;

  @Field(() => Int, { description: 'What `extensions.http_status` says, and the status REST clients get.' })
  httpStatus!: number;

  @Field(() => String, { description: 'When it occurs.' })
  description!: string;
}

@ObjectType('Health', { description: 'Whether the service works; `/health` tells more.' })
export class HealthType {
  @Field(() => String, { description: '`healthy` or `unhealthy`.' })
  status!: string;

  @Field(() => String, { description: 'The version that runs.' })
  version!: string;

  @Field(() => Int, { description: 'Seconds since the start.' })
  uptimeSeconds!: number;
}

@Resolver()
export class SystemResolver {
  constructor(private readonly health: Health) {}

  @Query(() => [ErrorDescription], {
    description: 'Every error code a client can meet, for generated clients and for docs.',
  })
  errorCatalog(): ErrorDescription[] {
    return errorCodes.map((code) => {
      const { exception, httpStatus, description } = errorCatalogue[code];
      return { code, exception, httpStatus, description };
    });
  }

  @Query(() => HealthType, { name: 'health', description: 'Whether the service works.' })
  async report(): Promise<HealthType> {
    const { status, version, uptime_seconds } = await this.health.report();
    // Whether it works is all that is asked here.
    return { status: status === 'degraded' ? 'healthy' : status, version, uptimeSeconds: uptime_seconds };
  }
}
