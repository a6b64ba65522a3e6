import type { Recorded } from './recorder.ts';

export interface DiagramOptions {
  readonly title: string;
  readonly notes: readonly string[];
  readonly recorded: readonly Recorded[];
}

const laneWidth = 150;
const rowHeight = 18;
const top = 60;

type Points = Extract<Recorded, { readonly who: string }>;

/**
 * A page with a space-time diagram: an actor's life from top to bottom, a message from its sender
 * to its recipient. Times are drawn in their order, each on a row of its own.
 */
export function diagramPage({ title, notes, recorded }: DiagramOptions): string {
  const actors = actorsOf(recorded);
  const rows = rowsOf(recorded);
  const width = laneWidth * (actors.length + 1);
  const height = top + rowHeight * (rows.size + 2);
  const place = {
    x: placeOf(actors),
    y: (ms: number) => top + rowHeight * (1 + (rows.get(ms) ?? 0)),
  };
  const lanes = actors.map((actor) => lane(actor, place.x(actor), height));
  const times = [...rows].map(([ms]) => time(ms, place.y(ms)));
  const drawn = recorded.map((one) =>
    one.kind === 'message' ? arrow(one, place) : point(one, place),
  );
  const listed = notes.map((note) => `<li>${escaped(note)}</li>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"/><title>${escaped(title)}</title><style>${style}</style></head>
<body><h1>${escaped(title)}</h1><ul>${listed}</ul>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img">
<defs><marker id="tip" markerWidth="7" markerHeight="6" refX="7" refY="3" orient="auto">\
<path d="M0,0 L7,3 L0,6 z"/></marker></defs>
${[...lanes, ...times, ...drawn].join('\n')}
</svg></body></html>
`;
}

const style = `body{font:13px sans-serif;margin:16px}
svg text{font-size:10px}line.life{stroke:#bbb}line.message{stroke:#369;marker-end:url(#tip)}
line.message.late{stroke:#c60;stroke-dasharray:4 2}circle.commit{fill:#393}circle.death{fill:#000}
circle.failure{fill:#d00}text.failure{fill:#d00;font-weight:bold}text.time{fill:#999}`;

interface Place {
  x(actor: string): number;
  y(ms: number): number;
}

function actorsOf(recorded: readonly Recorded[]): readonly string[] {
  const names = recorded.flatMap((one) =>
    one.kind === 'message' ? [one.from, one.to] : [one.who],
  );
  return [...new Set(names)].sort();
}

function placeOf(actors: readonly string[]): (actor: string) => number {
  const at = new Map(actors.map((actor, index) => [actor, laneWidth * (index + 1)]));
  return (actor) => at.get(actor) ?? laneWidth;
}

/** The row of each time at which something began or ended. */
function rowsOf(recorded: readonly Recorded[]): ReadonlyMap<number, number> {
  const times = recorded.flatMap((one) =>
    one.kind === 'message' ? [one.sentMs, one.atMs] : [one.atMs],
  );
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  return new Map(sorted.map((ms, index) => [ms, index]));
}

function lane(actor: string, x: number, height: number): string {
  const life = `<line class="life" x1="${x}" y1="${top}" x2="${x}" y2="${height}"/>`;
  return `${life}<text x="${x}" y="${top - 12}" text-anchor="middle">${escaped(actor)}</text>`;
}

function time(ms: number, y: number): string {
  return `<text class="time" x="4" y="${y + 3}">${ms.toFixed(1)} ms</text>`;
}

/** What takes more than a second is drawn as late. */
function arrow(
  { from, to, sentMs, atMs, label }: Extract<Recorded, { readonly kind: 'message' }>,
  { x, y }: Place,
): string {
  const [x1, y1, x2, y2] = [x(from), y(sentMs), x(to), y(atMs)];
  const kind = atMs - sentMs > 1_000 ? 'message late' : 'message';
  const line = `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
  const middle = `x="${(x1 + x2) / 2}" y="${(y1 + y2) / 2 - 3}"`;
  return `${line}<text ${middle} text-anchor="middle">${escaped(label)}</text>`;
}

function point({ kind, who, atMs, label }: Points, { x, y }: Place): string {
  const dot = `<circle class="${kind}" cx="${x(who)}" cy="${y(atMs)}" r="4"/>`;
  return `${dot}<text class="${kind}" x="${x(who) + 7}" y="${y(atMs) + 3}">${escaped(label)}</text>`;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (one) => names[one] ?? one);
}
