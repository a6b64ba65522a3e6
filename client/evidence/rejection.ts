import type { EvidenceRejection } from '#protocol/block/check-evidence.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';

/** Why certificates convict nobody, apart from what makes certificates invalid. */
export type ConflictRejection =
  | EvidenceRejection
  | Rejection<'malformed-certificate' | 'no-conflict' | 'openings-missing'>;
