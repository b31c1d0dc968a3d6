import { INVALID_SPAN_CONTEXT, type Tracer, type TracerProvider } from '@opentelemetry/api';
import { NonRecordingTracer } from './non-recording-tracer.ts';

/**
 * Instrumentation scopes of libraries that bring their own spans for what ours already show; recording both would
 * double every hop of a trace.
 */
export const IGNORED_SCOPES: ReadonlySet<string> = new Set([
  'apollo/gateway-js',
  '@apollo/gateway',
  '@apollo/server',
]);

/** A provider that hands out silent tracers for ignored scopes and the given provider's tracers for all others. */
export function ignoreScopes(
  provider: TracerProvider,
  ignored: ReadonlySet<string> = IGNORED_SCOPES,
): TracerProvider {
  const silent: Tracer = new NonRecordingTracer(() => INVALID_SPAN_CONTEXT);
  return {
    getTracer: (name, version, options) =>
      ignored.has(name) ? silent : provider.getTracer(name, version, options),
  };
}
