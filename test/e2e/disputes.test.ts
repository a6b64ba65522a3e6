import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abandoned } from '#test/byzantine/abandonment.ts';
import { disputed } from '#test/byzantine/disputes.ts';
import { faultsText } from '#test/byzantine/fault.ts';
import { faultsAmongPeers, faultsInDisputes } from '#test/byzantine/faults.ts';
import { type Play, playAll } from '#test/byzantine/play.ts';

/** Rounds that time out, one after another, take a while. */
const disputeMsMax = 15_000;
const seed = 4;

const disputes = faultsInDisputes.map((fault) => [fault]);
const settled = playAll({ validators: 4, plays: disputes, commands: disputed, lanes: 6, seed });
for (const [index, each] of disputes.entries()) {
  test(`owners who dispute a height both pay beside a validator that ${faultsText(each)}`, async () => {
    const { slowest } = (await settled[index]) as Play;
    assert.ok(slowest[1] < disputeMsMax, `${slowest[0]} took ${slowest[1]} ms`);
  });
}

const left = faultsAmongPeers.map((fault) => [fault]);
const finished = playAll({ validators: 4, plays: left, commands: abandoned, lanes: 6, seed });
for (const [index, each] of left.entries()) {
  test(`validators finish what an owner left beside one that ${faultsText(each)}`, async () => {
    await finished[index];
  });
}
