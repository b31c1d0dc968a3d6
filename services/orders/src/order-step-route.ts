import type { AdminRoute } from '@tributary/admin';
import { z } from 'zod';
import type { OrderCommands } from './store/order-commands.ts';

const stepSchema = z.strictObject({ id: z.guid(), step: z.enum(['pay', 'ship', 'deliver', 'cancel']) });

/** How payment and warehouse move an order on. Clients of the graph can only cancel. */
export function orderStepRoute(commands: OrderCommands): AdminRoute {
  return {
    method: 'POST',
    path: '/orders/step',
    async handle(body) {
      const wanted = stepSchema.safeParse(body);
      if (!wanted.success) {
        return {
          status: 400,
          body: { message: 'Send {"id": "<order id>", "step": "pay|ship|deliver|cancel"}.' },
        };
      }
      const { id, step } = wanted.data;
      const outcome = await commands.changeOrder({ orderId: id, step, ownerId: null });
      switch (outcome.kind) {
        case 'changed':
        case 'unchanged':
          return { status: 200, body: { id, status: outcome.order.status } };
        case 'impossible':
          return { status: 409, body: { id, status: outcome.status, message: `Cannot ${step} this order.` } };
        case 'not-found':
          return { status: 404, body: { message: 'There is no such order.' } };
      }
    },
  };
}
