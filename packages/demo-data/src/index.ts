/**
 * The demo shop: customers, products and orders, made by index from nothing but arithmetic. The same index gives the
 * same item on every machine, in any order and at either scale, so services that own different parts agree.
 */
export { DEMO_EPOCH } from './calendar.ts';
export {
  type DemoOrder,
  type DemoOrderLine,
  type DemoOrderStatus,
  demoOrderBatches,
  demoOrders,
  FIRST_FREE_ORDER_NUMBER,
} from './orders.ts';
export { type DemoProduct, demoProducts } from './products.ts';
export { DEMO_SCALE, LARGE_SCALE, SCALES, type Scale, type ScaleName } from './scale.ts';
export { DEMO_PASSWORD, type DemoUser, demoUser, demoUserId, demoUsers, MIA, SAM } from './users.ts';
