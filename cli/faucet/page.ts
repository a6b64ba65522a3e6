import { createHash } from 'node:crypto';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import type { Claimed } from './ledger.ts';

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; font-weight: 600; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin: .25rem 0 1rem; }
button { font: inherit; padding: .5rem 1.5rem; cursor: pointer; }
code { overflow-wrap: anywhere; }
dt { font-weight: 600; } dd { margin: 0 0 .75rem; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing runs on the pages, nothing is loaded, and nobody frames them. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** What pages say; none of it comes from a request. */
export interface PageFacts {
  readonly network: string;
  readonly networkName: string;
  readonly amount: Amount;
}

export function formPage(facts: PageFacts): string {
  return page('A chain of your own', facts, [
    `<p>Each owner gets one chain, which begins with ${amountText(facts.amount)} tokens.</p>`,
    '<form method="post" action="/claim">',
    '<label for="owner">Owner of the chain</label>',
    '<input id="owner" name="owner" required maxlength="80" autocomplete="off" spellcheck="false"',
    ' placeholder="key:… or evm:…" aria-describedby="hint">',
    '<p id="hint"><code>weft keygen</code> makes a key and shows its owner.',
    '<code>weft wallet request-chain</code> does all of this by itself.</p>',
    '<button>Get a chain</button>',
    '</form>',
  ]);
}

export function claimedPage(facts: PageFacts, { chain, height, block }: Claimed): string {
  return page('Your chain', facts, [
    '<dl>',
    `<dt>Chain</dt><dd><code>${chain}</code></dd>`,
    `<dt>Opened by the block at height ${height}</dt><dd><code>${block}</code></dd>`,
    '</dl>',
    `<p>Follow it with <code>weft wallet follow ${chain}</code>.</p>`,
    '<p><a href="/">Back</a></p>',
  ]);
}

export function failurePage(facts: PageFacts, kind: string, next: string): string {
  return page('No chain', facts, [
    `<p role="alert"><strong>${escaped(kind)}</strong>: ${escaped(next)}</p>`,
    '<p><a href="/">Back</a></p>',
  ]);
}

function page(title: string, facts: PageFacts, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title} · Weft faucet</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${title}</h1>`,
    ...body,
    '</main>',
    '<footer>',
    `<p>Network ${escaped(facts.networkName)}, <code>${facts.network}</code></p>`,
    '</footer>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
