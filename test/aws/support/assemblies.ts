import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '#infra/config/bill.ts';
import { deployedTemplate, stackResources } from './stacks.ts';

/** A template as the CDK wrote it, and where. */
export interface WrittenTemplate {
  /** Such as `alpha-State`. */
  readonly stack: string;
  readonly path: string;
  readonly template: Template;
}

/** The templates of a validator in an assembly of the CDK. */
export function templatesIn(assembly: string, validator: string): readonly WrittenTemplate[] {
  const folder = join(assembly, `assembly-${validator}`);
  const files = readdirSync(folder).filter((each) => each.endsWith('.template.json'));
  return files.map((file) => {
    const path = join(folder, file);
    const [, part = ''] = /^[a-z]+([A-Z][a-z]+)/.exec(file) ?? [];
    const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
    return { stack: `${validator}-${part}`, path, template };
  });
}

/** Copies an assembly without the resources of some types, to which nothing may refer. */
export function reduceAssembly(
  { from, to }: { readonly from: string; readonly to: string },
  validator: string,
  types: readonly string[],
): void {
  cpSync(from, to, { recursive: true });
  for (const { path, template } of templatesIn(to, validator)) {
    writeFileSync(path, JSON.stringify(withoutTypes(template, types)));
  }
}

/** The same template without the resources of these types. */
export function withoutTypes(template: Template, types: readonly string[]): Template {
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => !types.includes(Type));
  return { ...template, Resources: Object.fromEntries(kept) };
}

/**
 * Checks that a validator is deployed as its templates in the assembly say, but for these types.
 *
 * @returns the types of those resources that were left out.
 */
export async function checkDeployed(
  assembly: string,
  validator: string,
  types: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  const lacking = new Set<string>();
  for (const { stack, template } of templatesIn(assembly, validator)) {
    const reduced = withoutTypes(template, types);
    assert.deepEqual(await deployedTemplate(stack), reduced, stack);
    const wanted = Object.entries(reduced.Resources).map(
      ([id, { Type }]) => `${id} ${Type} CREATE_COMPLETE`,
    );
    const there = await stackResources(stack);
    const found = there.map(({ logicalId, type, status }) => `${logicalId} ${type} ${status}`);
    assert.deepEqual(found.sort(), wanted.sort(), stack);
    for (const [id, { Type }] of Object.entries(template.Resources)) {
      if (reduced.Resources[id] === undefined) lacking.add(Type);
    }
  }
  return lacking;
}
