import { context, createContextKey } from '@opentelemetry/api';

const FIELDS = createContextKey('tributary.log-fields');

/** Runs `run` so that every log line of it, and of all that it starts, has these fields too. */
export function withLogFields<T>(fields: Readonly<Record<string, unknown>>, run: () => T): T {
  const active = context.active();
  return context.with(active.setValue(FIELDS, { ...currentLogFields(), ...fields }), run);
}

export function currentLogFields(): Readonly<Record<string, unknown>> | undefined {
  // Only withLogFields writes under this key.
  return context.active().getValue(FIELDS) as Readonly<Record<string, unknown>> | undefined;
}
