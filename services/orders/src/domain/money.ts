/** An exact amount: whole minor units (cents) of an ISO 4217 currency. There is no float anywhere on its way. */
export interface Money {
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Currencies whose minor unit is not a hundredth (ISO 4217, list one). */
const DECIMAL_PLACES: Readonly<Record<string, number>> = {
  BHD: 3,
  CLP: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** The decimal text with all decimal places of the currency: 1230 cents are `12.30`, 1230 yen are `1230`. */
export function toDecimal({ amountMinor, currency }: Money): string {
  const places = DECIMAL_PLACES[currency] ?? 2;
  const sign = amountMinor < 0n ? '-' : '';
  const digits = String(amountMinor < 0n ? -amountMinor : amountMinor).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return places === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-places)}`;
}
