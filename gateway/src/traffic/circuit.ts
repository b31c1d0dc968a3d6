import { RollingWindow } from './rolling-window.ts';
import { Silence } from './silence.ts';
import type { BreakerSettings } from './subgraph-settings.ts';

export type CircuitState = 'closed' | 'half-open' | 'open';

export type CircuitChange = (circuit: Circuit) => void;

/**
 * Whether something is asked (closed), left alone (open), or tried by a few fetches at once (half-open), by the share of
 * its failures. As many probes as may be in flight must succeed before it closes; one that fails opens it again.
 */
export class Circuit {
  /** A root field, an entity type, or several; empty for the whole subgraph. */
  readonly target: string;
  readonly #settings: BreakerSettings;
  readonly #onChange: CircuitChange;
  readonly #window: RollingWindow;
  readonly #silence: Silence;
  #state: CircuitState = 'closed';
  #opensUntilMs = 0;
  #probing = 0;
  #succeeded = 0;
  #isSilent = false;

  constructor(target: string, settings: BreakerSettings, onChange: CircuitChange) {
    this.target = target;
    this.#settings = settings;
    this.#onChange = onChange;
    this.#window = new RollingWindow(settings.windowMs);
    this.#silence = new Silence(settings);
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Whether it is not closed because nothing came back, rather than for failures. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** To be asked before each fetch while it is closed: opens where nothing has come back for too long. */
  openIfSilent(nowMs: number): void {
    if (this.#state !== 'closed' || !this.#silence.lasts(nowMs)) return;
    this.#isSilent = true;
    this.open(nowMs);
  }

  sent(nowMs: number): void {
    this.#silence.sent(nowMs);
  }

  /** Who sent it at that time no longer waits. */
  left(sentMs: number): void {
    this.#silence.left(sentMs);
  }

  /** Something came back, if only a refusal. */
  heard(): void {
    this.#silence.heard();
  }

  /** What has only been silent and answers is alive: whoever was sent before it opened waits for the same. */
  answered(tookMs: number, nowMs: number): void {
    this.#silence.answered(tookMs, nowMs);
    if (this.#isSilent) this.#close();
  }

  add(isFailure: boolean, nowMs: number): void {
    this.#window.add(isFailure, nowMs);
  }

  total(nowMs: number): number {
    return this.#window.total(nowMs);
  }

  failed(nowMs: number): number {
    return this.#window.failed(nowMs);
  }

  /** For how long nothing may be sent: 0 when something may. A guess while probes are on their way. */
  refusesForMs(nowMs: number): number {
    if (this.#state === 'open') return Math.max(0, this.#opensUntilMs - nowMs);
    if (this.#state === 'half-open' && this.#probing >= this.#settings.probes) return this.#settings.openMs;
    return 0;
  }

  /** Of a circuit that is not closed and does not refuse. */
  beginProbe(): void {
    if (this.#state === 'open') {
      this.#succeeded = 0;
      this.#change('half-open');
    }
    this.#probing++;
  }

  /** Undefined is neither: the caller left, or it was not sent after all. */
  endProbe(isFailure: boolean | undefined, nowMs: number): void {
    this.#probing--;
    if (this.#state !== 'half-open' || isFailure === undefined) return;
    if (isFailure) {
      this.#isSilent = false;
      this.open(nowMs);
    } else if (++this.#succeeded >= this.#settings.probes) this.#close();
  }

  open(nowMs: number): void {
    // Gateways that lost a subgraph together should not probe it together.
    this.#opensUntilMs = nowMs + this.#settings.openMs * (0.9 + Math.random() * 0.2);
    this.#change('open');
  }

  #close(): void {
    this.#window.clear();
    this.#silence.heard();
    this.#isSilent = false;
    this.#change('closed');
  }

  #change(state: CircuitState): void {
    this.#state = state;
    this.#onChange(this);
  }
}
