import { allocateYoung } from './allocate-young.ts';
import { saveMemory } from './save-memory.ts';

// Before anything else is loaded: the process may be about to begin anew.
saveMemory(process.env);
allocateYoung();
const { runGateway } = await import('./run-gateway.ts');
await runGateway(process.env);
