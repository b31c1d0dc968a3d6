import { testTelemetry } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { createDeliveryLog, type DeliveryPass } from './delivery-log.ts';

const pass = (change: Partial<DeliveryPass>): DeliveryPass => ({
  delivered: 0,
  retry: 0,
  dead: 0,
  failure: null,
  ...change,
});
const idle = pass({});
const outage = pass({ retry: 2, failure: 'ECONNREFUSED' });
const delivered = pass({ delivered: 1 });

function messagesOf(passes: readonly DeliveryPass[]): readonly unknown[] {
  const { logger, logs } = testTelemetry();
  const log = createDeliveryLog(logger);
  for (const each of passes) log(each);
  return logs.lines.map(({ level, msg }) => `${level}: ${msg}`);
}

describe('the log of deliveries', () => {
  it('says nothing while all is well', () => {
    expect(messagesOf([idle, delivered, idle, delivered])).toEqual([]);
  });

  it('tells of an outage once, and of its end once', () => {
    expect(messagesOf([outage, idle, outage, outage, delivered, delivered])).toEqual([
      'warn: events cannot be delivered now and will be sent again',
      'info: events are delivered again',
    ]);
  });

  it('tells of a database that is away', () => {
    const away = pass({ failure: 'The database is not available now.' });
    expect(messagesOf([away, away])).toHaveLength(1);
  });

  it('tells of every dead letter', () => {
    const dead = pass({ dead: 1, failure: 'rejected: no' });
    expect(messagesOf([dead, dead])).toEqual(Array(2).fill('error: events became dead letters'));
  });
});
