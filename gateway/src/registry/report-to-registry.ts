import { TributaryError } from '@tributary/errors';
import { request } from 'undici';
import type { SendReport } from './gateway-reporter.ts';

export interface ReportToRegistryOptions {
  readonly url: string;
  readonly token: string;
  readonly environment: string;
}

/** Of an answer that says no: asking again with the same would get the same. */
const FINAL: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 422]);

/** A gateway's reports, by HTTP. */
export function createReportSender({ url, token, environment }: ReportToRegistryOptions): SendReport {
  const { origin, pathname } = new URL(url);
  const path = `/v1/environments/${encodeURIComponent(environment)}/gateways`;
  const target = `${origin}${pathname.replace(/\/+$/, '')}${path}`;
  return async (report, signal) => {
    const { statusCode, body } = await request(target, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(report),
      signal,
    });
    await body.dump();
    if (statusCode === 200) return true;
    if (FINAL.has(statusCode)) return false;
    throw new TributaryError('SERVICE_UNAVAILABLE', `${origin}: answered ${statusCode}`);
  };
}
