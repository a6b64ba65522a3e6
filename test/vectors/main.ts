import { writeFileSync } from 'node:fs';
import { protocolVectors, vectorsText } from '#test/support/protocol-vectors.ts';

// Run this after a deliberate change of bytes; docs/protocol.md and CHANGELOG.md change with them.
const file = new URL('protocol.json', import.meta.url);
writeFileSync(file, vectorsText(protocolVectors()));
