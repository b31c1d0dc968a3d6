import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';

describe('progress', () => {
  it('says what each process is busy with, and nothing once all are ready', () => {
    const progress = createProgress(['users', 'orders']);

    progress.ready('users');
    progress.report('orders', { step: 'seeding orders', done: 5000, total: 20_000 });
    expect(progress.describe()).toBe('users ready · orders seeding orders 5,000 of 20,000');

    progress.ready('orders');
    expect(progress.describe()).toBeUndefined();
  });
});
