/**
 * Loaded into a process of the platform before its own code (`--import`), this does to it from inside what cannot be
 * done from outside without privileges: sets its clock, blocks its event loop. Tests ask by a message over IPC.
 */
export type Deed =
  | { readonly sabotage: 'clock'; readonly offsetMs: number }
  | { readonly sabotage: 'block'; readonly ms: number };

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

process.on('message', (deed: Deed) => {
  if (deed.sabotage === 'clock') offsetMs = deed.offsetMs;
  else if (deed.sabotage === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, deed.ms);
  else return;
  process.send?.({ done: deed.sabotage });
});
// A listener must not keep alive a process that has nothing else to do.
process.channel?.unref();
