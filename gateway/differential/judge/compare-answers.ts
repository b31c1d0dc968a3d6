import { type ExecutionResult, type GraphQLOutputType, isListType, isNonNullType } from 'graphql';
import { MAX_PLACES } from '../../src/execute/complete/index.ts';
import { exactText } from '../json-text.ts';
import type { MonolithAnswer } from '../oracle/execute-monolith.ts';
import type { Expectation } from './expectation.ts';

type Path = readonly (string | number)[];

export interface Tolerance {
  /** Errors of root fields behind one that has made `data` null: a server may run them or not. */
  readonly surplusErrors?: boolean;
}

/** What is wrong with an answer, in words; nothing where all is well. */
export function compareWithMonolith(
  answer: ExecutionResult,
  monolith: MonolithAnswer,
  expectation: Expectation,
  tolerance: Tolerance = {},
): readonly string[] {
  if (expectation === 'agreement') return [];
  if (expectation === 'exact')
    return [...differentData(answer, monolith), ...differentErrors(answer, monolith, tolerance)];
  if (expectation === 'exact-data')
    return [
      ...differentData(answer, monolith),
      ...differentErrors(answer, monolith, { surplusErrors: true }),
    ];
  const errors = (answer.errors ?? []).flatMap(({ path }) => (path ? [path] : []));
  const isCutShort = hasErrorAtMostPlaces(answer);
  const faults: string[] = [];
  walk(monolith.result.data, answer.data, [], undefined);
  return faults;

  function walk(whole: unknown, partial: unknown, path: Path, type: GraphQLOutputType | undefined): void {
    const place = path.join('.');
    if (faults.length > 5) return;
    if (partial === null || partial === undefined) {
      if (isNonNullType(type)) faults.push(`${place} is null, which its type forbids`);
      if (whole === null || expectation === 'nulls' || isCutShort) return;
      if (!errors.some((error) => isAlong(error, path)))
        faults.push(`${place} is null and no error says why`);
      return;
    }
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (Array.isArray(whole) && isListType(nullable)) {
      if (!Array.isArray(partial) || partial.length !== whole.length)
        faults.push(`${place} has another length`);
      else
        for (const [index, item] of whole.entries())
          walk(item, partial[index], [...path, index], nullable.ofType);
    } else if (isSelection(whole, path, monolith)) {
      const names = Object.keys(whole).join();
      if (Object.keys(partial).join() !== names) {
        faults.push(`${place} has the fields ${Object.keys(partial).join()}, not ${names}`);
        return;
      }
      for (const [name, inner] of Object.entries(whole)) {
        const at = [...path, name];
        walk(inner, (partial as Record<string, unknown>)[name], at, monolith.types.get(at.join('.')));
      }
    } else if (exactText(whole) !== exactText(partial)) {
      faults.push(`${place} is ${exactText(partial)}, not ${exactText(whole)}`);
    }
  }
}

/** Both executors' answers as texts that must be equal. The order of errors means nothing, nor that of what extends them. */
export function comparableText({ data, errors = [] }: ExecutionResult): string {
  const texts = errors.map(({ message, path, extensions = {} }) =>
    JSON.stringify([message, path, Object.entries(extensions).sort()]),
  );
  return [exactText(data ?? null), ...texts.sort()].join('\n');
}

function differentData({ data = null }: ExecutionResult, { result }: MonolithAnswer): string[] {
  const [ours, theirs] = [exactText(data), exactText(result.data ?? null)];
  if (ours === theirs) return [];
  let at = 0;
  while (ours[at] === theirs[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 60), at + 60);
  return [`data is …${around(ours)}…, not …${around(theirs)}…`];
}

function differentErrors(
  answer: ExecutionResult,
  { result, failedPlaces }: MonolithAnswer,
  { surplusErrors = false }: Tolerance,
): string[] {
  const nullPlaces = ({ data, errors = [] }: ExecutionResult) =>
    new Set(errors.map(({ path }) => (path ? nullPlace(data, path) : 'nowhere')));
  const [ours, theirs] = [nullPlaces(answer), nullPlaces(result)];
  const possible = new Set([...failedPlaces, ...(result.errors ?? []).map(({ path }) => path?.join('.'))]);
  // In an object that the monolith has lost to an error too, a gateway may fail at more: what it asks other subgraphs for
  // takes fields of that object.
  const isInLostObject = (path: Path) => {
    const lost = nullPlace(answer.data, path);
    return lost !== path.join('.') && theirs.has(lost);
  };
  return [
    ...[...theirs]
      .filter((place) => !ours.has(place))
      .map((place) => `no error explains the null at ${place}`),
    ...(answer.errors ?? [])
      .filter(({ path }) => !surplusErrors && !possible.has(path?.join('.')))
      .filter(({ path }) => path === undefined || !isInLostObject(path))
      .map(({ message, path }) => `an error at ${path?.join('.')}, where none is: ${message}`),
  ];
}

/** How far the path of an error leads into the data: to a null, if all is well. */
function nullPlace(data: unknown, path: Path): string {
  let value = data;
  let length = 0;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) break;
    value = (value as Record<string | number, unknown>)[step];
    length++;
  }
  return value === null || value === undefined
    ? path.slice(0, length).join('.')
    : `${path.join('.')}, not null`;
}

/** Whether one fault is at so many places that no answer names them all. */
function hasErrorAtMostPlaces({ errors = [] }: ExecutionResult): boolean {
  const places = new Map<string, number>();
  for (const { message } of errors) places.set(message, (places.get(message) ?? 0) + 1);
  return Math.max(0, ...places.values()) >= MAX_PLACES;
}

/** Above, at or below. */
function isAlong(error: Path, path: Path): boolean {
  const length = Math.min(error.length, path.length);
  return path.slice(0, length).every((step, index) => step === error[index]);
}

/** Whether this is an object that the client selected from, no custom scalar's value. */
function isSelection(
  value: unknown,
  path: Path,
  { types }: MonolithAnswer,
): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return path.length === 0 || Object.keys(value).some((name) => types.has([...path, name].join('.')));
}
