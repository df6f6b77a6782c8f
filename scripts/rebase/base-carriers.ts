/**
 * Lets one image of each registry bring the layers of a new run image there, and all others mount them from its repository:
 * side by side each would send them.
 */
export interface BaseCarriers {
  /**
   * Runs `put` with the names of images in the same registry that have the layers; while nobody has them, one at a time.
   * @param key of the registry and the layers
   */
  run<T>(key: string, reference: string, put: (mountFrom: string[]) => Promise<T>): Promise<T>;
}

export function createBaseCarriers(): BaseCarriers {
  const carriers = new Map<string, string>();
  const first = new Map<string, Promise<unknown>>();
  return {
    async run(key, reference, put) {
      while (!carriers.has(key) && first.has(key)) await first.get(key);
      const carrier = carriers.get(key);
      if (carrier !== undefined) return put([carrier]);
      const putting = put([]);
      const ended = putting.then(
        () => carriers.set(key, reference),
        () => undefined,
      );
      first.set(
        key,
        ended.finally(() => first.delete(key)),
      );
      return putting;
    },
  };
}
