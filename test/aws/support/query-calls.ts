import { serviceUrl, targetCall } from './target.ts';

type Parameters = Readonly<Record<string, string>> & { readonly Action: string };

/** Asks a service that is spoken to in forms; its answer is XML. */
export async function askQuery(service: string, parameters: Parameters): Promise<string> {
  const answer = await targetCall(service)({
    method: 'POST',
    url: `${serviceUrl(service)}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode(`${new URLSearchParams(parameters)}`),
  });
  const text = new TextDecoder().decode(answer.body);
  if (answer.status !== 200) {
    throw new Error(`${JSON.stringify(parameters)}: ${answer.status}, ${text}`);
  }
  return text;
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&#x27;': "'",
  '&#34;': '"',
  '&#10;': '\n',
  '&amp;': '&',
};

/** The contents of all elements of this name. */
export function fields(xml: string, name: string): readonly string[] {
  const found = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'));
  return [...found].map(([, text = '']) =>
    text.replaceAll(/&[#\w]+;/g, (entity) => entities[entity] ?? entity),
  );
}
