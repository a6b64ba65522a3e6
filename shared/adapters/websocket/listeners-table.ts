/**
 * Who listens has a table of its own: whoever fills it, for nothing but a connection, must not use
 * up the units that votes are saved with. Both keys are binaries; items end by `end`.
 */
export const listenersTable = { partitionKey: 'pk', sortKey: 'sk', end: 'ttl' } as const;
