/** A fault for each variable that is missing although another one of them is set: they mean something only together. */
export function faultsTogether<Name extends string>(
  env: Readonly<Partial<Record<Name, unknown>>>,
  names: readonly Name[],
): readonly string[] {
  const given = names.find((name) => env[name] !== undefined);
  if (given === undefined) return [];
  return names.filter((name) => env[name] === undefined).map((name) => `${name}: is required with ${given}`);
}
