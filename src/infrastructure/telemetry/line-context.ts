import { currentRequestContext } from '../../foundation/request-context';

/** What ties a line to the trace it is part of. */
export interface TraceFields {
  readonly trace_id: string;
  readonly span_id: string;
}

/** Asked for each line, once somebody traces; until then it costs nothing. */
let currentTrace: (() => TraceFields | undefined) | undefined;

export function setTraceSource(source: (() => TraceFields | undefined) | undefined): void {
  currentTrace = source;
}

/** The fields that every line of a request has: its id, and the trace and span it belongs to where there are such. */
export function lineContext(): object {
  const requestId = currentRequestContext()?.requestId;
  const trace = currentTrace?.();
  if (requestId === undefined) return trace ?? {};
  return trace === undefined ? { request_id: requestId } : { request_id: requestId, ...trace };
}
