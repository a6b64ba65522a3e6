import { connect, must, tokens } from 'weft';

// The network and the wallet that `npm start` made, or those of WEFT_HOME.
const { client, close } = must(await connect());

const { promise: paid, resolve } = Promise.withResolvers<void>();
const watching = must(
  await client.watch(['bob'], (event) => {
    console.log(`bob: ${event.kind} of height ${event.height}, ${event.hash}`);
    if (event.kind === 'block') resolve();
  }),
);

const sent = must(await client.transfer({ from: 'alice', to: 'bob', amount: tokens('10') }));
console.log(`alice: final with ${sent.votes.weight} of ${sent.votes.total} votes`);
must(await client.processInbox('bob'));

await paid;
watching.stop();
await close();
