/** Looking up costs as much as it saves where hardly anything repeats. */
const TRIAL = 256;
const WORTH_IT = TRIAL / 10;

/** Nodes by their text, so that equal objects are one. Gives up where objects turn out to be different. */
export class Interned<Node> {
  readonly #nodes = new Map<string, Node>();
  #found = 0;
  #kept = 0;

  find(text: string): Node | undefined {
    if (this.#kept > TRIAL && this.#found < WORTH_IT) return undefined;
    const node = this.#nodes.get(text);
    if (node !== undefined) this.#found++;
    return node;
  }

  keep(text: string, node: Node): void {
    if (this.#kept++ <= TRIAL || this.#found >= WORTH_IT) this.#nodes.set(text, node);
  }
}
