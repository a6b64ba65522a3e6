/** The core alarms, each named as its section in docs/operators.md. */
export const alarmNames = [
  'equivocation-attempt-refused',
  'store-binding-mismatch',
  'chain-quarantined',
  'dead-letters',
  'owed-too-long',
  'replies-failing',
] as const;
export type AlarmName = (typeof alarmNames)[number];
