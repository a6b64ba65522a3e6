/** Bytes that are to come past the validator: what they must be is fixed before they do. */
export interface ExpectedUpload {
  /** SHA-256 of the bytes. */
  readonly digest: Uint8Array;
  readonly length: number;
}

/** Lets large contents past the validator, which sees only that they came. */
export interface Uploads {
  /** Where to put the bytes, with their length and their sum; others are refused there. */
  invite(expected: ExpectedUpload): Promise<string>;
  /** Keeps what was uploaded as the object `name`; false if it is not there as expected. */
  admit(expected: ExpectedUpload, name: string): Promise<boolean>;
}
