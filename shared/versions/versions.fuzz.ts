import { fuzz } from '@dema/testkit';
import { debianOrder, mavenOrder, semverOrder, type VersionOrder } from './index.ts';

const ORDERS: { name: string; order: VersionOrder; versions: string[]; ranges: string[]; tokens: string[] }[] = [
  {
    name: 'semantic versions',
    order: semverOrder,
    versions: ['24.21.0', '1.0.0-rc.1+build.5', 'v20.1.0'],
    ranges: ['^24', '~24.1', '24.x', '>=20 <25', '18 - 20', '22 || 24', '>=20, <25', '*'],
    tokens: ['^', '~', '>=', ' - ', '||', '.x', '-rc.1', '+', 'v', '99999999999999999999', '.'],
  },
  {
    name: 'versions of Debian',
    order: debianOrder,
    versions: ['2:1.0~rc1-3+b1', '1.26.3-3+deb13u1', '0'],
    ranges: ['>= 1.26, << 1.27', '*', '= 1', '1.2-3'],
    tokens: ['>=', '<<', '~', ':', '-', '+', ', ', '99999999999999999999'],
  },
  {
    name: 'versions of Maven',
    order: mavenOrder,
    versions: ['4.0.0.Final', '33.2.0-jre', '1-a1', '9.4.51.v20230217'],
    ranges: ['[1.5,2)', '(,1.0],[1.2,)', '*', '[1]'],
    tokens: ['[', ']', '(', ')', ',', '.', '-', 'alpha', 'SNAPSHOT', '99999999999999999999'],
  },
];

for (const { name, order, versions, ranges, tokens } of ORDERS) {
  fuzz(name, {
    seeds: [...versions, ...ranges],
    tokens,
    inputs: 3600,
    run(input) {
      const text = input.toString();
      if (order.isVersion(text)) for (const other of versions) order.compare(text, other);
      if (order.isRange(text)) order.highest([...versions, text], text);
      for (const range of ranges) order.satisfies(text, range);
    },
  });
}
