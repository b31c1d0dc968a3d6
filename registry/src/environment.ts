import {
  databaseUrl,
  host,
  logLevel,
  nodeEnvironment,
  port,
  positiveInteger,
  privateJwk,
} from '@tributary/environment';
import { z } from 'zod';
import { PAGE_ACCESS } from './api/parts.ts';
import { environmentName } from './contract/names.ts';
import { WHEN_UNDECIDED } from './domain/canary/next-step.ts';

/** The variables of the registry. */
export function registryVariables() {
  return {
    PORT: port(4010),
    HOST: host(),
    /** Health and metrics; 5000 above PORT when not given. */
    ADMIN_PORT: port().optional(),
    NODE_ENV: nodeEnvironment(),
    LOG_LEVEL: logLevel(),
    DATABASE_URL: databaseUrl(),
    /** Where the embedded database lives when there is no DATABASE_URL. */
    DATABASE_DIRECTORY: z.string().default('.tributary/registry'),
    /** An admin's token, made when the registry has none yet. */
    REGISTRY_ADMIN_TOKEN: adminToken().optional(),
    /** Signs what gateways are to serve: an Ed25519 key. Outside of production it is made at the first start unless given. */
    SIGNING_PRIVATE_JWK: privateJwk().optional(),
    /** In the order in which releases go through them. Those that are missing are added at the start, none is taken away. */
    ENVIRONMENTS: names(environmentName, 1).default(['dev', 'staging', 'production']),
    /** How many schemas are read at once, each in a thread of its own. */
    SCHEMA_THREADS: positiveInteger(2),
    /** How long, and with how much memory, one composition or check may take. */
    SCHEMA_TIMEOUT_MS: positiveInteger(60_000),
    SCHEMA_MAX_HEAP_MB: positiveInteger(2_048),
    /** Largest request, a schema for the most part. */
    MAX_BODY_BYTES: positiveInteger(20 * 1024 * 1024),
    /** How many days of usage a check judges by. Older ones are deleted. */
    USAGE_WINDOW_DAYS: positiveInteger(30),
    /** Whether a release waits until every replica attests that it serves it. */
    ATTESTATION: z.enum(['when-known', 'required', 'off']).default('when-known'),
    /** A replica that has not attested for so long counts no more. */
    ATTESTATION_LEASE_SECONDS: positiveInteger(15),
    /** Where releases take traffic step by step. */
    CANARY_ENVIRONMENTS: names(environmentName, 0).default(['production']),
    /** The steps, in percent of the traffic, before all of it. */
    CANARY_STEPS: canarySteps().default([1, 10, 50]),
    /** Whether the registry takes canaries on and back by itself, or only says how they are doing. */
    CANARY_DECISIONS: z.enum(['automatic', 'manual']).default('automatic'),
    /** How long each step takes at least. */
    CANARY_STEP_SECONDS: positiveInteger(60),
    /** One that is held at a step for so long, with too little known to go on, waits for somebody to decide. */
    CANARY_HOLD_SECONDS: positiveInteger(86_400),
    /** What becomes of it then: `step` goes on where nothing speaks against it. */
    CANARY_UNDECIDED: z.enum(WHEN_UNDECIDED).default('hold'),
    /** `open` shows the page to whoever reaches the port; `token` asks for one that may list, as a password. */
    PAGE_ACCESS: z.enum(PAGE_ACCESS).default('token'),
    /** How soon a release made by another registry on the same database reaches waiting gateways. */
    RELEASE_POLL_MS: positiveInteger(500),
  };
}

// Private:

/** The message leaves the value out: it is a secret. */
function adminToken() {
  return z
    .string()
    .regex(
      /^trb_[0-9a-f]{16}_[\w-]{43,200}$/,
      'is not trb_<16 hexadecimal digits>_<43 random characters or more>',
    );
}

function names(name: z.ZodType<string, string>, min: number) {
  return z.string().transform(toList).pipe(z.array(name).min(min).max(50));
}

function canarySteps() {
  return z
    .string()
    .transform((text) => toList(text).map(Number))
    .pipe(z.tuple([share], share))
    .refine(
      (steps) => steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)),
      'are shares that rise',
    );
}

const share = z.number().int().min(1).max(99);

function toList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
