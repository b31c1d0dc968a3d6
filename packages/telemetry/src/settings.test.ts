import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

describe('parseSettings', () => {
  it('sends to a local collector and samples everything unless told otherwise', () => {
    const settings = parseSettings({});
    expect(settings).toMatchObject({ sampler: 'parentbased_always_on', logLevel: 'info', warnings: [] });
    expect(settings.collector).toMatchObject({ url: 'http://localhost:4318/v1/traces', timeoutMs: 10_000 });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318' }, 'http://otel:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel/base/' }, 'https://otel/base/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://otel/exact' }, 'http://otel/exact'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '  ' }, 'http://localhost:4318/v1/traces'],
  ])('takes the endpoint from %j', (env, url) => {
    expect(parseSettings(env).collector?.url).toBe(url);
  });

  it.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_SDK_DISABLED: 'TRUE' }, { OTEL_TRACES_EXPORTER: 'none' }])(
    'sends nothing with %j',
    (env) => {
      expect(parseSettings(env).collector).toBeUndefined();
    },
  );

  it('reads headers, resource attributes and batch sizes', () => {
    const settings = parseSettings({
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abc,tenant=a%20b',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod, team=caf%C3%A9',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '400',
    });
    expect(settings.collector).toMatchObject({
      headers: { 'api-key': 'abc', tenant: 'a b' },
      queueSize: 100,
      batchSize: 100,
    });
    expect(settings.resourceAttributes).toEqual({ 'deployment.environment.name': 'prod', team: 'café' });
  });

  it.each([
    'OTEL_TRACES_SAMPLER=sometimes',
    'OTEL_TRACES_SAMPLER_ARG=2',
    'OTEL_TRACES_SAMPLER_ARG=half',
    'OTEL_EXPORTER_OTLP_ENDPOINT=otel:4318',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=:',
    'OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
    'OTEL_EXPORTER_OTLP_TIMEOUT=-1',
    'OTEL_BSP_SCHEDULE_DELAY=soon',
    'OTEL_RESOURCE_ATTRIBUTES=%zz',
    'OTEL_TRACES_EXPORTER=zipkin',
    'LOG_LEVEL=loud',
  ])('reports %s once and uses the default', (assignment) => {
    const [name = '', value = ''] = assignment.split('=');
    const { warnings, ...settings } = parseSettings({ [name]: value });
    const { warnings: _none, ...defaults } = parseSettings({});
    expect(warnings).toEqual([expect.stringContaining(`${name} is ignored: "${value}"`)]);
    expect(settings).toEqual(defaults);
  });
});
