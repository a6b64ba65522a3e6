/** Most bytes of a request's body, unless its route says less. */
export const requestBytesMax = 4_000_000;
/** Most bytes of a timeout certificate: a signature of each of the most seats, with room. */
export const timeoutCertificateBytesMax = 131_072;
export const timeoutRequestBytesMax = 4_096;
/** Most bytes of a path and its query. */
export const targetBytesMax = 1_024;

/** A page ends before the item that would bring it above this; one item always fits. */
export const pageBytesMax = 262_144;
export const pageItemsMax = 1_000;
/** Items of a page for which no limit was asked. */
export const pageItemsDefault = 100;
/** Most bytes of a stored block with its certificate. */
export const certifiedBlockBytesMax = 4_000_000;
/** Most bytes of a reply: what a validator holds for one height, twice a request and more. */
export const replyBytesMax = 9_000_000;
/** Most bytes of a resumable cursor. */
export const cursorBytesMax = 512;
