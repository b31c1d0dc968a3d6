/**
 * How an argument or an input field is used, beside that it is given: coordinates with an ending, so that whoever counts
 * uses of coordinates counts these too. An input that becomes required hurts exactly those who use it in these ways.
 */

/** It is left out where it could stand. */
export function ifAbsent(coordinate: string): string {
  return `${coordinate}=absent`;
}

/** Null is given for it. */
export function ifNull(coordinate: string): string {
  return `${coordinate}=null`;
}

/** A variable of a nullable type stands there: the document is invalid once null is refused, whatever the variable holds. */
export function ifNullable(coordinate: string): string {
  return `${coordinate}=nullable`;
}
