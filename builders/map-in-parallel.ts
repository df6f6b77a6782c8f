/** Results in the order of the items, with at most `limit` under way at a time. The first failure ends it. */
export async function mapInParallel<T, R>(items: T[], limit: number, use: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of waiting) results[index] = await use(item);
  }
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}
