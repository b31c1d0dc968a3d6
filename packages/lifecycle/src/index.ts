export { describeFailure, type ProcessControl, runProcess } from './run-process.ts';
