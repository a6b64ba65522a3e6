import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usual } from '#test/byzantine/commands.ts';
import { type Fault, faultsText } from '#test/byzantine/fault.ts';
import { faults, randomGroups } from '#test/byzantine/faults.ts';
import { type Play, playAll } from '#test/byzantine/play.ts';

/** Less than an answer is waited for: nobody waits for one that does not come. */
const commandMsMax = 4_000;
const seed = 4;

function isBounded({ slowest: [name, ms] }: Play): void {
  assert.ok(ms < commandMsMax, `${name} took ${ms} ms`);
}

const alone: readonly (readonly Fault[])[] = faults.map((fault) => [fault]);
const ones = playAll({ validators: 4, plays: alone, commands: usual, lanes: 3, seed });
for (const [index, each] of alone.entries()) {
  test(`of four, nobody is stopped or deceived by one that ${faultsText(each)}`, async () => {
    isBounded((await ones[index]) as Play);
  });
}

const pairs = randomGroups(faults, 2, seed).slice(0, 4);
const twos = playAll({ validators: 7, plays: pairs, commands: usual, lanes: 1, seed });
for (const [index, each] of pairs.entries()) {
  test(`of seven, nobody is stopped or deceived by one that ${faultsText(each)}`, async () => {
    isBounded((await twos[index]) as Play);
  });
}
