import { expect, test } from 'vitest';
import { withNodeOptions } from './environment.ts';

test("options of the app's Node.js that were put aside are back for its programs", () => {
  expect(withNodeOptions({ A: '1', DEMA_NODE_OPTIONS: '--x' })).toEqual({ A: '1', NODE_OPTIONS: '--x' });
  expect(withNodeOptions({ A: '1', NODE_OPTIONS: '--y' })).toEqual({ A: '1', NODE_OPTIONS: '--y' });
});
