export { describeFailure, runProcess } from './run-process.ts';
