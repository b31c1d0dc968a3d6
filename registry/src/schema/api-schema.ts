import { buildSchema, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { textDigest } from './digest.ts';

/** A large one takes a second to build, and the one that is live is compared with again and again. */
const schemas = new LRUCache<string, GraphQLSchema>({ max: 4 });

/** The schema that clients see, from the text that composition printed. */
export function apiSchemaOf(apiSdl: string): GraphQLSchema {
  const digest = textDigest(apiSdl);
  const known = schemas.get(digest);
  if (known !== undefined) return known;
  const schema = buildSchema(apiSdl, { assumeValid: true, noLocation: true });
  schemas.set(digest, schema);
  return schema;
}
