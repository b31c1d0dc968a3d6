import { writeFile } from 'node:fs/promises';
import { policyJsonSchema } from './json-schema.ts';

// Run by `npm run config:schema`; a test fails while the file is older than the code.
const target = new URL('../../gateway-config.schema.json', import.meta.url);
await writeFile(target, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
