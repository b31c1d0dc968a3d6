const DEFAULT_LIMIT = 500;

/**
 * Gives SQL texts the names of prepared statements. A text is named when it comes for the second time, and at most
 * `limit` texts ever are: a name costs server memory on each connection for as long as that lives, so one-off texts
 * (a list of another length each time) must not collect. A text without a name is parsed each time.
 */
export class StatementNames {
  readonly #limit: number;
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();

  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  nameOf(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name !== undefined || this.#names.size >= this.#limit) return name;
    if (!this.#seenOnce.delete(text)) {
      this.#seenOnce.add(text);
      const [oldest] = this.#seenOnce;
      if (this.#seenOnce.size > this.#limit && oldest !== undefined) this.#seenOnce.delete(oldest);
      return undefined;
    }
    const given = `s${this.#names.size + 1}`;
    this.#names.set(text, given);
    return given;
  }
}
