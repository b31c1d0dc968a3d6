import { context, propagation, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/** The provider that this module registered, as OpenTelemetry's API cannot tell. */
let registered: TracerProvider | undefined;

/**
 * Makes `provider` the process's own until the result is disposed, together with the W3C propagator (no baggage:
 * nothing here reads it, and it would carry strangers' data between services) and the async context. The first one in
 * a process wins, so that servers of several services in one test process share one set of spans; `replace` takes over.
 */
export function installGlobally(provider: TracerProvider, { replace = false } = {}): Disposable {
  // Both refuse a second registration, and stay for good: they hold no resources and no state of a provider.
  context.setGlobalContextManager(CONTEXT_MANAGER);
  propagation.setGlobalPropagator(PROPAGATOR);
  if (registered && !replace) return { [Symbol.dispose]() {} };
  const previous = registered;
  register(provider);
  return {
    [Symbol.dispose]() {
      if (registered === provider) register(previous);
    },
  };
}

// Private:

const CONTEXT_MANAGER = new AsyncLocalStorageContextManager();
const PROPAGATOR = new W3CTraceContextPropagator();

function register(provider: TracerProvider | undefined): void {
  trace.disable();
  if (provider) trace.setGlobalTracerProvider(provider);
  registered = provider;
}
