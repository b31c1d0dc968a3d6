export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** The most that `first` may ask for, on every list; the schema's descriptions say so. */
export const MAX_PAGE_SIZE = 100;
