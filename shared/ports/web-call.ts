/** One HTTP request with the whole of its body. */
export interface WebRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface WebAnswer {
  readonly status: number;
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Sends a request to a service, as whoever is entitled to it. What it sends may arrive twice.
 *
 * @throws StoreFault without a whole answer in time; answers of any status are returned.
 */
export type WebCall = (request: WebRequest) => Promise<WebAnswer>;
