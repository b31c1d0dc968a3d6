// In: a path or a URL. Out: its text now, and each later text as it changes; as a supergraph, what is to be served.
import { createFileSource } from './file-source.ts';
import type { TextSource } from './text-source.ts';
import { createUrlSource } from './url-source.ts';

export { createFileSource } from './file-source.ts';
export {
  type DeliveredSupergraph,
  type Delivery,
  type DeliveryListener,
  deliveriesOf,
  type Freshness,
  type SupergraphSource,
} from './supergraph-source.ts';
export type { TextSource } from './text-source.ts';
export { createUrlSource } from './url-source.ts';

/** `http://` and `https://` are URLs; everything else is a path. */
export function createTextSource(location: string): TextSource {
  return /^https?:\/\//i.test(location) ? createUrlSource(location) : createFileSource(location);
}
