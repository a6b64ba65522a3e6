/** The names of a validator's two tables. */
export interface TableNames {
  readonly heads: string;
  readonly data: string;
}

/** One item a chain; its conditional write is the only commit point. The key is a binary. */
export const headsTable = { key: 'chain', version: 'version', head: 'head' } as const;

/** Everything else. Both keys are binaries. */
export const dataTable = { partitionKey: 'pk', sortKey: 'sk' } as const;

/**
 * First bytes of the data table's partition keys.
 *
 * | Partition key | Sort key | Attributes |
 * |---|---|---|
 * | `b`, chain | height | `v`; `to`, the recipients, beside a pointer to chunks |
 * | `n`, chain | hash | `v`, `at` |
 * | `p`, chain | hash | `v` |
 * | `c`, chain | hash of a chunk | `v` |
 * | `i`, recipient, slot of the origin | origin, height | `v` |
 * | `o`, slot of the chain | chain | `at`, `from`, `v` |
 * | `u`, blob | empty height | `gen`, `len`, `held`, `v`, `pin` |
 * | `s`, chain | holder | `ids`, `height`, `seq`, `v` |
 * | `x`, name of an object | number of its part | `v` |
 *
 * Each `v` starts with a byte for the format.
 */
export const partitions = {
  block: 'b',
  node: 'n',
  piece: 'p',
  chunk: 'c',
  row: 'i',
  owed: 'o',
  blob: 'u',
  slot: 's',
  object: 'x',
} as const;

/** The partitions of one inbox, so that it may be filled without slowing its chain. */
export const inboxPartitions = 8;
