/** A line or bars over seconds. */
export interface Series {
  readonly name: string;
  /** A colour by its class in the page. */
  readonly tone: 'one' | 'two';
  readonly values: readonly number[];
}

/** A moment, in seconds from the first value. */
export interface Mark {
  readonly second: number;
  readonly text: string;
}

export interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
}

const [width, height, left, bottom, top] = [880, 220, 56, 24, 16];

/** A plot as SVG; each series is a line through its values, one a second. */
export function plotSvg({ title, unit, series, marks }: Plot): string {
  const seconds = Math.max(1, ...series.map(({ values }) => values.length - 1));
  const most = roundUp(Math.max(1, ...series.flatMap(({ values }) => values)));
  const x = (second: number) => left + ((width - left - 8) * second) / seconds;
  const y = (value: number) => height - bottom - ((height - bottom - top) * value) / most;
  const ticks = [0, 0.5, 1].map((share) => {
    const at = y(share * most).toFixed(1);
    return `<line class="grid" x1="${left}" x2="${width - 8}" y1="${at}" y2="${at}"/>
<text x="${left - 6}" y="${at}" text-anchor="end" dy="4">${share * most}</text>`;
  });
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const second = Math.round(share * seconds);
    return `<text x="${x(second).toFixed(1)}" y="${height - 6}" text-anchor="middle">${second} s</text>`;
  });
  const moments = marks.map(({ second, text }) => {
    const at = x(Math.min(Math.max(second, 0), seconds)).toFixed(1);
    return `<line class="mark" x1="${at}" x2="${at}" y1="${top}" y2="${height - bottom}"/>
<text class="mark" x="${at}" y="${top + 10}" dx="4">${escaped(text)}</text>`;
  });
  const lines = series.map(({ tone, values }) => {
    const points = values.map((value, second) => `${x(second).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline class="${tone}" points="${points.join(' ')}"/>`;
  });
  const legend = series
    .map(({ name, tone }) => `<span class="${tone}">${escaped(name)}</span>`)
    .join(' ');
  return `<figure><figcaption>${escaped(title)}, ${escaped(unit)} ${legend}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
${[...ticks, ...times, ...moments, ...lines].join('\n')}
</svg></figure>`;
}

/** The next of 1, 2, 5, 10, 20, … that is not less. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value) ?? 10);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
