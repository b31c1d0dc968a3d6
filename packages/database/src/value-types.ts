import pg from 'pg';

// Array types have no names in pg-types: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
const INT8_ARRAY = 1016;
const TEXT_ARRAY: number = 1009; // widened: pg's own list of types lacks it
const DATE_ARRAY = 1182;
const NUMERIC_ARRAY = 1231;

/**
 * How PostgreSQL's types reach TypeScript; both worlds share it, as they share the driver. Use it in Kysely schemas:
 *
 * | PostgreSQL | TypeScript |
 * |---|---|
 * | int2, int4, float4, float8 | number |
 * | int8 (bigint, `count(*)`, `sum` of int4) | bigint |
 * | numeric (also `sum` of int8: cast it to int8) | string: exact decimal text |
 * | timestamptz | Date |
 * | date | string, YYYY-MM-DD: a day has no time zone |
 * | uuid, text | string |
 * | json, jsonb | the parsed value |
 * | bytea | Buffer |
 *
 * Arrays of these are arrays. Parameters accept the same types.
 */
export function createValueTypes(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, BigInt);
  types.setTypeParser(pg.types.builtins.DATE, String);
  types.setTypeParser(INT8_ARRAY, (text) =>
    parseTextArray(text).map((item) => (item === null ? null : BigInt(item))),
  );
  types.setTypeParser(DATE_ARRAY, parseTextArray);
  types.setTypeParser(NUMERIC_ARRAY, parseTextArray); // pg's own would make inexact numbers
  return types;
}

const parseTextArray: (text: string) => (string | null)[] = pg.types.getTypeParser(TEXT_ARRAY);
