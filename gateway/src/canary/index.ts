// In: who asks, and how much of the traffic a canary has. Out: an arm, the same on every gateway; counts of what both arms do.
export {
  type ArmEntry,
  ArmLedger,
  type ArmOperation,
  type Failure,
  type OperationKey,
  type SplitCounts,
} from './arm-ledger.ts';
export { callerKey } from './caller-key.ts';
export { coordinateOf } from './coordinate-of.ts';
export { type Arm, createSplit, type Split, type SplitOptions } from './split.ts';
