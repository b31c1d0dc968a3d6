// In: compiled code and one request. Out: the client's bytes, or the complete executor's answer from what was fetched.
export { type CompiledRunOptions, runCompiled } from './compiled-run.ts';
export { loadModule, type ModuleExports } from './load-module.ts';
