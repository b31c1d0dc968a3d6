import type { BenchResults } from '../harness/results.ts';
import { cpuOf, cpuRatio, findMeasured, formatNumber, formatRatio, type Measured } from './figures.ts';

/** What was asked of the compiled execution, and what came of it in this run. */
export interface Claim {
  readonly about: string;
  readonly asked: string;
  readonly measured: string;
  readonly holds: boolean;
}

export function checkClaims(results: BenchResults): readonly Claim[] {
  const find = (scenario: string, gateway: string) => findMeasured(results, scenario, gateway);
  /** Stock on the Node of this run, and on the one on which the limits were set, where it costs about twice as much. */
  const ofStock = (about: string, scenario: string, gateway: string, limit: number) => [
    share(`${about}, of stock on Node 20`, find(scenario, gateway), find(scenario, 'stock-node-20'), limit),
    share(`${about}, of stock`, find(scenario, gateway), find(scenario, 'stock'), limit),
  ];
  const claims = [
    ...ofStock('nested, on undici', 'nested', 'ours-undici', 1 / 25),
    ...ofStock('home, on undici', 'home', 'ours-undici', 1 / 12),
    ...ofStock('nested', 'nested', 'ours-lean', 1 / 45),
    share('nested, of the floor', find('nested', 'ours-lean'), find('nested', 'floor-lean'), 1.5),
    ...ofStock('home', 'home', 'ours-lean', 1 / 35),
    share('home, of the floor', find('home', 'ours-lean'), find('home', 'floor-lean'), 2),
    ...ofStock('stepping aside', 'aside', 'ours-lean', 1 / 4),
    share(
      'nested, tracing 1 % and limits, of without',
      find('nested', 'ours-traced'),
      find('nested', 'ours-lean'),
      1.15,
    ),
    share(
      'home, tracing 1 % and limits, of without',
      find('home', 'ours-traced'),
      find('home', 'ours-lean'),
      1.15,
    ),
    growth(find('list-10000', 'ours-lean'), find('list-1000', 'ours-lean'), 11),
    sameCost(find('operations-last', 'ours-lean'), find('operations-1', 'ours-lean'), 1.1),
    memory(find('home-500', 'ours-lean'), 200),
  ];
  return claims.filter((claim) => claim !== undefined);
}

// Private:

function share(
  about: string,
  one: Measured | undefined,
  other: Measured | undefined,
  limit: number,
): Claim | undefined {
  if (one === undefined || other === undefined) return undefined;
  const ratio = cpuRatio(one, other);
  return {
    about: `CPU: ${about}`,
    asked: formatRatio(limit),
    measured: formatRatio(ratio),
    holds: ratio <= limit,
  };
}

function growth(long: Measured | undefined, short: Measured | undefined, limit: number): Claim | undefined {
  if (long === undefined || short === undefined) return undefined;
  const ratio = cpuOf(long) / cpuOf(short);
  const bytes = formatNumber(long.answerBytes / short.answerBytes);
  return {
    about: `CPU: an answer of ${bytes} times the bytes, of the shorter one`,
    asked: formatRatio(limit),
    measured: formatRatio(ratio),
    holds: ratio <= limit,
  };
}

function sameCost(many: Measured | undefined, one: Measured | undefined, limit: number): Claim | undefined {
  if (many === undefined || one === undefined) return undefined;
  const ratio = cpuOf(many) / cpuOf(one);
  return {
    about: 'CPU: the 10,000th operation that is kept, of the only one',
    asked: formatRatio(limit),
    measured: formatRatio(ratio),
    holds: ratio <= limit,
  };
}

function memory(measured: Measured | undefined, limitMb: number): Claim | undefined {
  if (measured === undefined) return undefined;
  return {
    about: 'Peak RSS with 500 connections',
    asked: `${limitMb} MB`,
    measured: `${formatNumber(measured.peakRssMb)} MB`,
    holds: measured.peakRssMb <= limitMb,
  };
}
