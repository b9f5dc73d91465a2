import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind as Kind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { TracingConfig } from '../../../config';
import { setTraceSource } from '../line-context';
import {
  setTracer,
  type OpenSpan,
  type SpanAttributes,
  type SpanKind,
  type SpanOptions,
  type Tracer,
} from './tracing';

const KINDS: Readonly<Record<SpanKind, Kind>> = {
  server: Kind.SERVER,
  client: Kind.CLIENT,
  internal: Kind.INTERNAL,
};
/** Spans that wait for a collector that does not keep up; more are dropped. */
const MAX_WAITING_SPANS = 2_048;
const EXPORT_TIMEOUT_MS = 5_000;
const CLOSE_PATIENCE_MS = 2_000;

/** Traces over OTLP, with JSON over HTTP. This file alone knows OpenTelemetry, and nobody loads it who does not trace. */
class OtlpTracer implements Tracer {
  readonly #spans = new AsyncLocalStorage<RecordedSpan>();
  readonly #provider: BasicTracerProvider;

  constructor({ endpoint, headers, ratio, serviceName }: TracingConfig, version: string) {
    // Strangers send traceparent as well: it says which trace they are part of, not how much of them is kept.
    const sampler = new TraceIdRatioBasedSampler(ratio);
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
      sampler: new ParentBasedSampler({
        root: sampler,
        remoteParentSampled: sampler,
        remoteParentNotSampled: new AlwaysOffSampler(),
      }),
      spanProcessors: [
        new BatchSpanProcessor(
          new OTLPTraceExporter({
            url: `${endpoint}/v1/traces`,
            headers: { ...headers },
            timeoutMillis: EXPORT_TIMEOUT_MS,
          }),
          { maxQueueSize: MAX_WAITING_SPANS, exportTimeoutMillis: EXPORT_TIMEOUT_MS },
        ),
      ],
    });
  }

  open({ name, kind, attributes }: SpanOptions, traceparent?: string): OpenSpan {
    const parent = traceparent === undefined ? this.#spans.getStore()?.context : remoteParent(traceparent);
    const context = parent ?? ROOT_CONTEXT;
    const span = this.#provider
      .getTracer('gateway')
      .startSpan(name, { kind: KINDS[kind], attributes: { ...attributes } }, context);
    return new RecordedSpan(span, trace.setSpan(context, span), this.#spans);
  }

  current(): RecordedSpan | undefined {
    return this.#spans.getStore();
  }

  /** Sends what waits, as far as the collector takes it in time. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_PATIENCE_MS);
    });
    await Promise.race([this.#provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

class RecordedSpan implements OpenSpan {
  constructor(
    readonly span: Span,
    readonly context: Context,
    private readonly spans: AsyncLocalStorage<RecordedSpan>,
  ) {}

  within<T>(work: () => T): T {
    return this.spans.run(this, work);
  }

  describe(name: string, attributes: SpanAttributes): void {
    this.span.updateName(name).setAttributes({ ...attributes });
  }

  /** Of an error its name alone: messages can hold what people sent, and the log has them, masked. */
  end(error?: unknown): void {
    if (error !== undefined) {
      const type = error instanceof Error ? error.name : 'Error';
      this.span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', codeOf(error) ?? type);
    }
    this.span.end();
  }
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** https://www.w3.org/TR/trace-context/: version, trace id, parent id, flags. What is not well-formed begins a trace anew. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

function remoteParent(traceparent: string): Context | undefined {
  const [, traceId = '', spanId = '', flags = '00'] = TRACEPARENT.exec(traceparent) ?? [];
  const traceFlags = parseInt(flags, 16) & TraceFlags.SAMPLED;
  const parent: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  const isValid = !traceparent.startsWith('ff') && !/^0*$/.test(traceId) && !/^0*$/.test(spanId);
  return isValid ? trace.setSpanContext(ROOT_CONTEXT, parent) : undefined;
}

/** From here on everything is traced. @returns what ends that, once the last spans are sent */
export function startTracing(config: TracingConfig, version: string): () => Promise<void> {
  const tracer = new OtlpTracer(config, version);
  setTracer(tracer);
  setTraceSource(() => {
    const context = tracer.current()?.span.spanContext();
    return context && { trace_id: context.traceId, span_id: context.spanId };
  });
  return async () => {
    setTracer(undefined);
    setTraceSource(undefined);
    await tracer.close();
  };
}
