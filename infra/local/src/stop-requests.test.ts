import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { listenForStop } from './stop-requests.ts';

const arrange = () => {
  const signals = new EventEmitter();
  const atOnce = vi.fn();
  const clock = { nowMs: 1000 };
  return { signals, atOnce, clock, requests: listenForStop(signals, atOnce, () => clock.nowMs) };
};

describe('requests to stop', () => {
  it.each(['SIGINT', 'SIGTERM'])('are gentle at the first %s', (name) => {
    const { signals, atOnce, requests } = arrange();

    signals.emit(name);

    expect(requests.gently.aborted).toBe(true);
    expect(atOnce).not.toHaveBeenCalled();
  });

  it('count the echo of a Ctrl-C that npm forwards as the same one', () => {
    const { signals, atOnce, clock } = arrange();

    signals.emit('SIGINT');
    clock.nowMs += 50;
    signals.emit('SIGINT');

    expect(atOnce).not.toHaveBeenCalled();
  });

  it('are for at once when somebody asks again', () => {
    const { signals, atOnce, clock } = arrange();

    signals.emit('SIGINT');
    clock.nowMs += 1000;
    signals.emit('SIGINT');

    expect(atOnce).toHaveBeenCalledOnce();
  });

  it('leave the signals alone once disposed', () => {
    const { signals, requests } = arrange();

    requests[Symbol.dispose]();

    expect(signals.listenerCount('SIGINT')).toBe(0);
  });
});
