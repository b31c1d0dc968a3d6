import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { BroadcastChannel } from 'node:worker_threads';

/**
 * Loaded into a process of the platform before its own code (`--import`), this does to it from inside what cannot be
 * done from outside without privileges: sets its clock, blocks its event loop, fills its disk. Tests ask by a message over IPC.
 */
export type Deed =
  | { readonly sabotage: 'clock'; readonly offsetMs: number }
  | { readonly sabotage: 'block'; readonly ms: number }
  | { readonly sabotage: 'disk'; readonly isFull: boolean };

let offsetMs = 0;
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...values: readonly number[]) {
    if (values.length === 0) super(RealDate.now() + offsetMs);
    // Whatever a Date accepts is passed on; its overloads cannot be written down for a spread.
    else super(...(values as [number]));
  }
  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;

// An embedded database writes in a thread of its own, where this module is loaded too.
let isDiskFull = false;
const threads = new BroadcastChannel('tributary-saboteur');
threads.onmessage = ({ data }) => {
  isDiskFull = data === true;
};
threads.unref();
const { writeSync } = fs;
fs.writeSync = ((fd: number, ...rest: readonly never[]) => {
  if (isDiskFull && fd > 2) {
    const message = 'ENOSPC: no space left on device, write';
    throw Object.assign(new Error(message), { code: 'ENOSPC', errno: -28, syscall: 'write' });
  }
  return (writeSync as (fd: number, ...rest: readonly never[]) => number)(fd, ...rest);
}) as typeof writeSync;
syncBuiltinESMExports();

process.on('message', (deed: Deed) => {
  if (deed.sabotage === 'disk') threads.postMessage(deed.isFull);
  else if (deed.sabotage === 'clock') offsetMs = deed.offsetMs;
  else if (deed.sabotage === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, deed.ms);
  else return;
  process.send?.({ done: deed.sabotage });
});
// A listener must not keep alive a process that has nothing else to do.
process.channel?.unref();
