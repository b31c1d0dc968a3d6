/** scrypt's cost: 2^ln iterations over blocks of r, p times. Memory is 128 * 2^ln * r bytes. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

export interface ScryptHash {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** The PHC string of a hash: `$scrypt$ln=15,r=8,p=3$salt$key`, https://github.com/P-H-C/phc-string-format. */
export function toPhc({ cost, salt, key }: ScryptHash): string {
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`;
}

export function parsePhc(text: string): ScryptHash {
  const [, ln, r, p, salt, key] = PHC.exec(text) ?? [];
  if (salt === undefined || key === undefined)
    throw new Error('A stored password hash is not an scrypt PHC string');
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
