/**
 * A text that may change while the process runs: the supergraph, the policy file. `watch` calls back with each new
 * text, never twice in a row with the same, and keeps going while the place is away. A text that is unusable is the
 * reader's to refuse.
 */
export interface TextSource {
  /** Where the text comes from, for messages. Never holds a password. */
  readonly location: string;
  /** @throws Error whose message names the location and what is wrong with it. */
  read(): Promise<string>;
  watch(listener: TextListener): AsyncDisposable;
}

export interface TextListener {
  onText(text: string): void | Promise<void>;
  /** The text could not be read now. Called once for each outage, not at each attempt. */
  onUnavailable(error: Error): void;
}
