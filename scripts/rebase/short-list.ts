/** The first of many names, and how many others there are. */
export interface ShortList {
  add(name: string): void;
  isEmpty(): boolean;
  /** `a, b and 3 more`, or `none`. */
  render(): string;
}

const MOST_NAMES = 10;

export function createShortList(): ShortList {
  const names: string[] = [];
  let more = 0;
  return {
    add(name) {
      if (names.length < MOST_NAMES) names.push(name);
      else more += 1;
    },
    isEmpty: () => names.length === 0,
    render: () => (names.join(', ') || 'none') + (more > 0 ? ` and ${more} more` : ''),
  };
}
