/** Which group each node is in. */
export type Partition = readonly number[];

/** Every way to part so many nodes into at most so many groups, which have no names. */
export function partitionsOf(nodes: number, groupsMax: number): readonly Partition[] {
  if (nodes === 0) return [[]];
  return partitionsOf(nodes - 1, groupsMax).flatMap((partition) => {
    const groups = new Set(partition).size;
    const choices = Math.min(groups + 1, groupsMax);
    return Array.from({ length: choices }, (_, group) => [...partition, group]);
  });
}

/** The nodes of each group. */
export function groupsIn(partition: Partition): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const [node, group] of partition.entries()) {
    const members = groups[group] ?? [];
    groups[group] = members;
    members.push(node);
  }
  return groups;
}
