import { jwks } from '@tributary/environment';
import { serviceVariables } from '@tributary/service';

/** The variables of this service. */
export function loyaltyVariables(production: boolean) {
  return {
    ...serviceVariables({ name: 'loyalty', port: 4003, production }),
    /** The orders service's public identity keys: only what it signed may post /events. */
    ORDERS_JWKS: jwks(),
  };
}
