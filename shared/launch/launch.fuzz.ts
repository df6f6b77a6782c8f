import { registerHooks } from 'node:module';
import { parseToml } from '@dema/spec';
import { fuzz } from '@dema/testkit';

/** The launcher runs on another interpreter; what it parses needs none of that one's modules. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('qjs:')) return { url: 'data:text/javascript,', format: 'module', shortCircuit: true };
    return next(specifier, context);
  },
});
Object.assign(globalThis, { scriptArgs: ['/cnb/lifecycle/launcher'] });

const { bytesFrom, bufferFrom, decode, encode } = await import('./runtime/bytes.ts');
const { inheritedEnvironment, parseEnvironment } = await import('./runtime/environment.ts');
const { renderPlan } = await import('./runtime/plan.ts');
const { chooseProcess } = await import('./runtime/choose-process.ts');

fuzz('environment of the launcher', {
  seeds: ['PATH=/cnb/process:/bin\0HOME=/\0A=b=c\0CNB_PLATFORM_API=0.15\0\xff=\xfe\0'],
  tokens: ['\0', '=', 'PATH=', ':', '__proto__=', "'"],
  inputs: 1800,
  run(input) {
    const env = inheritedEnvironment(parseEnvironment(bytesFrom(new Uint8Array(input).buffer, input.length)));
    renderPlan({ folder: '/workspace', env, command: [encode('/bin/a=b'), encode(env.A ?? '')] });
  },
});

fuzz('bytes of the launcher', {
  seeds: ['\u00e4\u00f6\u00fc \ud83d\ude00', '\u00ff'],
  inputs: 1800,
  run(input) {
    const bytes = bytesFrom(new Uint8Array(input).buffer, input.length);
    if (!Buffer.from(bufferFrom(bytes)).equals(input)) throw new Error('bytes are others');
    const text = decode(bytes);
    if (text !== input.toString('utf8') && text.isWellFormed() && decode(encode(text)) !== text)
      throw new Error('text is another');
  },
});

fuzz('arguments of the launcher', {
  seeds: ['web\0--\0node\0server.js', 'other\0a b'],
  tokens: ['\0', '--', 'web'],
  run(input) {
    const [name = '', ...args] = input.toString().split('\0');
    const web = {
      type: 'web',
      command: ['node'],
      args: ['a'],
      direct: true,
      default: true,
      buildpackId: 'a/b',
      execEnv: ['test'],
    };
    const metadata = { buildpacks: [], extensions: [], labels: [], processes: [web], slices: [] };
    return chooseProcess({ name, args: args.map(encode), metadata, platformApi: '0.15', execEnv: name });
  },
});

fuzz('output of exec.d programs', {
  seeds: ['A = "b"\nPATH = "/x"\n'],
  tokens: ['"', ' = ', '\n', "'''"],
  run: (input) => parseToml(decode(bytesFrom(new Uint8Array(input).buffer, input.length)), 'exec.d'),
});
