// brakes ships no types; this is the part of 3.1.0 that we use.
declare module 'brakes' {
  import { EventEmitter } from 'node:events';

  interface BrakesOptions {
    name?: string;
    /** Milliseconds of one statistics bucket, and how many buckets the rolling window holds. */
    bucketSpan?: number;
    bucketNum?: number;
    /** Milliseconds between two health checks while open. */
    healthCheckInterval?: number;
    healthCheck?: () => Promise<unknown>;
    /** Milliseconds. */
    timeout?: number;
    registerGlobal?: boolean;
    isPromise?: boolean;
    modifyError?: boolean;
    isFailure?: (error: unknown) => boolean;
    /** Calls before the success ratio may open the circuit. */
    waitThreshold?: number;
  }

  interface Totals {
    total: number;
    failed: number;
    timedOut: number;
    successful: number;
    shortCircuited: number;
    latencyMean: number;
    percentiles: Record<string, number>;
  }

  class Brakes<Args extends unknown[], Result> extends EventEmitter {
    constructor(main: (...args: Args) => Promise<Result>, options?: BrakesOptions);
    exec(...args: Args): Promise<Result>;
    isOpen(): boolean;
    destroy(): void;
    /** Grows each time the circuit opens, so that what began before does not count after. */
    protected _circuitGeneration: number;
    protected _open(): void;
  }

  namespace Brakes {
    export { Totals };
  }
  export = Brakes;
}

declare module 'brakes/lib/CircuitBrokenError' {
  class CircuitBrokenError extends Error {}
  export = CircuitBrokenError;
}

declare module 'brakes/lib/TimeOutError' {
  class TimeOutError extends Error {}
  export = TimeOutError;
}
