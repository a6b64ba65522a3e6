/** What must have happened in some world, or the worlds prove too little. */
export const marks = [
  'a worker died between two requests to the store',
  'a validator started anew from what it had stored',
  'a validator forgot its votes',
  'a read missed what was there',
  'two workers raced, and one lost',
  'a save succeeded without saying so',
  'a save given up landed later',
  'a vote was given again',
  'a block was kept above a gap',
  'a block kept above a gap was applied',
  'a bundle was taken before it arrived',
  'a locked block was proposed again',
  'a fast block was proposed again',
  'a round timed out',
  'a leader had its block confirmed',
  'a certificate and a proposal were saved together',
  'a certificate had two commitments',
  'a bundle was refused and its money returned',
  'a block for many recipients was delivered by the sweeper',
  'a validator finished a block by itself',
  'a device lost its memory',
  'a client died between two steps of its stores',
] as const;

export type Mark = (typeof marks)[number];
