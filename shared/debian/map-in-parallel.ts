/** Results in the order of the items, with at most `limit` under way at a time. After a failure no other is begun. */
export async function mapInParallel<T, R>(items: T[], limit: number, use: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let failed = false;
  async function work(): Promise<void> {
    for (const [index, item] of waiting) {
      if (failed) return;
      results[index] = await use(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  }
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}
