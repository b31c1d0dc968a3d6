import type { Logger } from '@tributary/telemetry';

/** What came of one look at the outbox. */
export interface DeliveryPass {
  readonly delivered: number;
  readonly retry: number;
  readonly dead: number;
  readonly failure: string | null;
}

/**
 * Tells the log of changes, not of each pass: an outage is one warning, its end one line, however often delivery was
 * tried meanwhile. Every dead letter is an error, because a person has to look at it.
 */
export function createDeliveryLog(logger: Logger): (pass: DeliveryPass) => void {
  let isFailing = false;
  return (pass) => {
    if (pass.dead > 0) logger.error(pass, 'events became dead letters');
    const fails = pass.retry > 0 || (pass.failure !== null && pass.dead === 0);
    if (fails && !isFailing) logger.warn(pass, 'events cannot be delivered now and will be sent again');
    else if (isFailing && pass.delivered > 0 && !fails) logger.info(pass, 'events are delivered again');
    if (fails) isFailing = true;
    else if (pass.delivered > 0) isFailing = false;
  };
}
