import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { handleApi } from '#api/handle-api.ts';
import {
  confirmedCertificateCodec,
  timeoutCertificateCodec,
  validatedCertificateCodec,
} from '#protocol/block/certificate.ts';
import { blockProposalCodec } from '#protocol/block/proposal.ts';
import { voteCodec } from '#protocol/block/vote.ts';
import { chainRequestCodec } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { servedBy } from '#test/support/opened-node.ts';
import { valueMediaType } from '#wire/exchange.ts';
import { routes } from '#wire/routes.ts';
import { confirmedBy, ofRequests, proposalOf, validatedBy } from './of-validators.ts';
import { type PayloadName, payloads } from './payloads.ts';
import { stageOf } from './stage.ts';
import { type RequestVerifier, seat, subjectOf } from './verifier.ts';

const stage = await stageOf(1);
const context = servedBy(stage.validator);

/** What refuses a signed thing where no chain request is asked for. */
const elsewhere: Readonly<Record<string, string>> = {
  subscriptions: 'malformed-request',
  'blob-upload': 'unwanted-blob',
  uploads: 'body-too-large',
  'uploads-admit': 'body-too-large',
};

const posted = routes
  .filter(({ method }) => method === 'POST')
  .map(({ name, path, request }) => ({
    path: path.replace('{shard}', '0').replace('{chain}', stage.alice.chain),
    request,
    refusal: request ? 'malformed-request' : elsewhere[name],
  }));

/** The kind of the refusal of these bytes, or nothing. */
async function refusalAt(path: string, body: Uint8Array): Promise<string | undefined> {
  const headers = { accept: valueMediaType, 'content-type': valueMediaType };
  const reply = await handleApi(context, { method: 'POST', target: path, headers, body });
  return reply.headers['weft-refusal'];
}

async function signed(payload: PayloadName) {
  const subject = await subjectOf(stage);
  const signature = await stage.key.sign(payloads[payload].digest(subject));
  return { subject, signature };
}

/** What is signed, in the encoding of its own. */
const objects: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'a proposal': async () => {
    const { subject, signature } = await signed('proposal');
    const proposal = proposalOf(stage, subject, { retry: { kind: 'none' }, signature });
    return encode(blockProposalCodec, proposal);
  },
  'a vote': async () => {
    const { subject, signature } = await signed('vote to give up');
    const { chain, height, epoch, round } = subject;
    const payload = { chain, height, epoch, round, value: { kind: 'timeout' } as const };
    return encode(voteCodec, { payload, publicKey: stage.key.publicKey, signature });
  },
  'a validated certificate': async () => {
    const { subject, signature } = await signed('vote to validate');
    return encode(validatedCertificateCodec, validatedBy(subject, signature));
  },
  'a confirmed certificate': async () => {
    const { subject, signature } = await signed('vote to confirm');
    return encode(confirmedCertificateCodec, confirmedBy(subject, signature));
  },
  'a timeout certificate': async () => {
    const { subject, signature } = await signed('vote to give up');
    const { chain, height, epoch, round } = subject;
    const certificate = { chain, height, epoch, round, signatures: seat(signature) };
    return encode(timeoutCertificateCodec, certificate);
  },
};

for (const [name, verifier] of Object.entries<RequestVerifier>(ofRequests)) {
  test(`${name} is read on its own route, and refused on every other`, async () => {
    const base = await subjectOf(stage, verifier.round);
    const wrong = await stage.key.sign(payloads['vote to give up'].digest(base));
    const other = await stage.key.sign(payloads.proposal.digest(base));
    const signature = verifier.accepts === 'vote to give up' ? other : wrong;
    const body = encode(chainRequestCodec, await verifier.dress(stage, base, signature));
    const before = stage.validator.store.snapshot();
    for (const { path, request, refusal } of posted) {
      const expected = request === verifier.request ? verifier.refusal : refusal;
      equal(await refusalAt(path, body), expected, path);
    }
    deepEqual(stage.validator.store.snapshot(), before);
  });
}

for (const [name, bytesOf] of Object.entries(objects)) {
  test(`${name} by itself is refused on every route`, async () => {
    const body = await bytesOf();
    const before = stage.validator.store.snapshot();
    for (const { path, refusal } of posted) equal(await refusalAt(path, body), refusal, path);
    deepEqual(stage.validator.store.snapshot(), before);
  });
}
