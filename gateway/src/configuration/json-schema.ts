import { z } from 'zod';
import { policySchema } from './policy.ts';

/** The JSON Schema of the policy file, as editors use it: published as gateway/gateway-config.schema.json. */
export function policyJsonSchema(): object {
  return {
    ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-7' }),
    title: 'Tributary gateway policy file',
  };
}
