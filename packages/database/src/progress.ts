/** A step that may take seconds: `done` of `total` parts are finished. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}
