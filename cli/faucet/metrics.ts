import type { Claims } from './claims.ts';

/** What became of claims, for Prometheus. */
export interface FaucetMetrics {
  count(result: string): void;
  text(): string;
}

/** Kinds come from a closed list, but of several programs. */
const resultsMax = 100;

export function newFaucetMetrics(claims: Pick<Claims, 'counts'>): FaucetMetrics {
  const results = new Map<string, number>();
  return {
    count(result) {
      if (results.size < resultsMax || results.has(result)) {
        results.set(result, (results.get(result) ?? 0) + 1);
      }
    },
    text() {
      const { opened, waiting, blocks } = claims.counts;
      return [
        '# HELP weft_faucet_claims_total Claims answered, by result.',
        '# TYPE weft_faucet_claims_total counter',
        ...[...results].map(([one, n]) => `weft_faucet_claims_total{result="${one}"} ${n}`),
        '# HELP weft_faucet_owners Owners that have a chain of the faucet.',
        '# TYPE weft_faucet_owners gauge',
        `weft_faucet_owners ${opened}`,
        '# HELP weft_faucet_waiting Claims that wait.',
        '# TYPE weft_faucet_waiting gauge',
        `weft_faucet_waiting ${waiting}`,
        '# HELP weft_faucet_blocks_total Blocks made for claims since the start.',
        '# TYPE weft_faucet_blocks_total counter',
        `weft_faucet_blocks_total ${blocks}`,
        '',
      ].join('\n');
    },
  };
}
