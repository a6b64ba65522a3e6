/** The store did not say whether a write was done, or could not read. Load and decide again. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
}
