/** The store did not say whether a write was done, or could not read. Load and decide again. */
export class StoreFault extends Error {
  override readonly name: string = 'StoreFault';
}

/** The store has more to do than it can or may. Trying again at once would only add to it. */
export class StoreBusyFault extends StoreFault {
  override readonly name: string = 'StoreBusyFault';
}
