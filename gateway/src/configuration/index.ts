// In: the text of the policy file. Out: a complete, checked policy, or every fault with its line.
export { PolicyError, parsePolicy } from './parse-policy.ts';
export {
  type CachePolicy,
  DEFAULT_POLICY,
  type ExecutionPolicy,
  type FaultsPolicy,
  type OperationLimits,
  type OverloadPolicy,
  type PlanningPolicy,
  type Policy,
  type SecurityPolicy,
  type TrafficPolicy,
} from './policy.ts';
