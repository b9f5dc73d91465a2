/** What is said of a span. Values are ours or of bounded length, and never secrets. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;
export type SpanKind = 'server' | 'client' | 'internal';

export interface SpanOptions {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: SpanAttributes;
}

/** A span that ends later than the call that began it. */
export interface OpenSpan {
  /** Runs what belongs to the span. */
  within<T>(work: () => T): T;
  describe(name: string, attributes: SpanAttributes): void;
  end(error?: unknown): void;
}

/** Where spans go. There is none unless OTEL_EXPORTER_OTLP_ENDPOINT is set, and then one for the process. */
export interface Tracer {
  /** @param traceparent as the W3C header has it; without one the span is part of the one around it */
  open(options: SpanOptions, traceparent?: string): OpenSpan;
  /** The span around the caller. */
  current(): OpenSpan | undefined;
}

let tracer: Tracer | undefined;

export function setTracer(one: Tracer | undefined): void {
  tracer = one;
}

export function currentTracer(): Tracer | undefined {
  return tracer;
}

/** Runs `work` as a span of its own; without a tracer it is nothing but the call. */
export function traced<T>(options: () => SpanOptions, work: () => Promise<T>): Promise<T> {
  return tracer ? inSpan(tracer.open(options()), work) : work();
}

async function inSpan<T>(span: OpenSpan, work: () => Promise<T>): Promise<T> {
  try {
    const result = await span.within(work);
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
