/** The entities that one step asks for: each representation once, however many nodes it stands for. */
export class Asked {
  /** Byte text of each representation. */
  readonly representations: string[] = [];
  /** For each representation the number of its place among the step's places. */
  readonly placeOf: number[] = [];
  /** For each node, in the order of asking, the index of its representation. */
  readonly order: number[] = [];
  #known: Map<string, number> | undefined;

  add(representation: string, place: number): void {
    const { representations } = this;
    if (representations.length === 0) {
      this.order.push(0);
      representations.push(representation);
      this.placeOf.push(place);
      return;
    }
    this.#known ??= new Map([[representations[0] as string, 0]]);
    let index = this.#known.get(representation);
    if (index === undefined) {
      index = representations.push(representation) - 1;
      this.placeOf.push(place);
      this.#known.set(representation, index);
    }
    this.order.push(index);
  }
}
