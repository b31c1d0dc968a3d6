import { describe, expect, it } from 'vitest';
import {
  assertArtefact,
  createNoticeSigner,
  createNoticeVerifier,
  type DeliveryNotice,
  DeliveryRefused,
  digestOf,
  etagOf,
  generateSigningKeys,
} from './index.ts';

const keys = generateSigningKeys('2026');
const signer = createNoticeSigner(keys.privateJwk);
const verifier = createNoticeVerifier({ publicKeySet: keys.publicKeySet, environment: 'production' });

const notice: DeliveryNotice = {
  environment: 'production',
  sequence: 7,
  salt: 'c2FsdA',
  live: { release: 3, digest: digestOf('type Query { a: Int }') },
  canary: { release: 4, digest: digestOf('type Query { b: Int }'), share: 10 },
};

const reasonOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof DeliveryRefused) return error.reason;
    throw error;
  }
  return 'none';
};

describe('a signed notice', () => {
  it('says on the other side what was signed', () => {
    const { body, signature } = signer.sign(notice);
    expect(verifier.verify(Buffer.from(body), signature)).toEqual(notice);
    expect(signature).toMatch(/^2026 [\w-]{86}$/);
  });

  it('is refused with any one byte of it flipped', () => {
    const { body, signature } = signer.sign(notice);
    for (let index = 0; index < body.length; index++) {
      const bytes = Buffer.from(body);
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      expect(reasonOf(() => verifier.verify(bytes, signature))).toBe('signature');
    }
  });

  it.each([
    ['without a signature', undefined],
    ['with half a signature', '2026'],
    ['with a key that is not known', signer.sign(notice).signature.replace('2026', '2027')],
    ['with the signature of something else', signer.sign({ ...notice, sequence: 8 }).signature],
    ['with what is no signature', '2026 AAAA'],
  ])('is refused %s', (_, signature) => {
    expect(reasonOf(() => verifier.verify(Buffer.from(signer.sign(notice).body), signature))).toBe(
      'signature',
    );
  });

  it('of another key with the same name is refused', () => {
    const { body, signature } = createNoticeSigner(generateSigningKeys('2026').privateJwk).sign(notice);
    expect(reasonOf(() => verifier.verify(Buffer.from(body), signature))).toBe('signature');
  });

  it('is refused in another environment than the one it was signed for', () => {
    const { body, signature } = signer.sign({ ...notice, environment: 'staging' });
    expect(reasonOf(() => verifier.verify(Buffer.from(body), signature))).toBe('environment');
  });

  it('is refused when it is signed and makes no sense', () => {
    const { body, signature } = signer.sign({ ...notice, sequence: -1 });
    expect(reasonOf(() => verifier.verify(Buffer.from(body), signature))).toBe('format');
  });

  it('may say more than this version knows', () => {
    const { body, signature } = signer.sign({ ...notice, live: { ...notice.live, later: true } as never });
    expect(verifier.verify(Buffer.from(body), signature)).toEqual(notice);
  });
});

describe('keys', () => {
  it('are rotated by knowing both for a while', () => {
    const next = generateSigningKeys('2027');
    const publicKeySet = { keys: [...keys.publicKeySet.keys, ...next.publicKeySet.keys] };
    const both = createNoticeVerifier({ publicKeySet, environment: 'production' });
    const signed = [signer, createNoticeSigner(next.privateJwk)].map((each) => each.sign(notice));
    for (const { body, signature } of signed) {
      expect(both.verify(Buffer.from(body), signature)).toEqual(notice);
    }
    const [old, fresh] = signed.map(etagOf);
    expect(old).not.toBe(fresh);
  });

  it('keep the private half to themselves', () => {
    expect(JSON.stringify(keys.publicKeySet)).not.toContain(keys.privateJwk.d);
  });

  it('that are not Ed25519 are refused at the start, without being shown', () => {
    const rsa = { kty: 'RSA', kid: 'a', d: 'secret' };
    expect(() => createNoticeSigner(rsa)).toThrow('must be an Ed25519 JWK, got kty RSA');
    expect(() => createNoticeSigner(rsa)).not.toThrow('secret');
    expect(() => createNoticeVerifier({ publicKeySet: { keys: [rsa] }, environment: 'dev' })).toThrow(
      'Ed25519',
    );
  });
});

describe('an artefact', () => {
  it('is what its digest says, to the byte', () => {
    expect(reasonOf(() => assertArtefact('type Query { a: Int }', notice.live.digest))).toBe('none');
    expect(reasonOf(() => assertArtefact('type Query { a: Int } ', notice.live.digest))).toBe('digest');
  });
});
