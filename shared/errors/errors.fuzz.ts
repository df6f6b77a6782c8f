import { fuzz } from '@dema/testkit';
import { fault, formatFault, redact, registerSecret } from './index.ts';

fuzz('text to be shown', {
  seeds: ['see http://user:pass@host.example/a?b and \u001b[31mred\u001b[0m', 'a://b:c@d:e@f', 'registered secret'],
  tokens: ['://', '@', ':', 'http', '\u001b[', '\u001b]0;title\u0007', 'm', 'a+b-c.d'],
  inputs: 2400,
  longest: 256 * 1024,
  run(input) {
    registerSecret('registered secret');
    const text = input.toString();
    const shown = redact(formatFault(fault('A_B_C', { problem: text, fix: text, blame: 'user', details: [text] })));
    if (shown.includes('registered secret')) throw new Error('a secret is shown');
  },
});
