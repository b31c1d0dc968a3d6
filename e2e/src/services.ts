/** The subgraphs of the platform, by the names that the supergraph gives them. */
export const SERVICES = ['users', 'orders', 'loyalty'] as const;
export type ServiceName = (typeof SERVICES)[number];
