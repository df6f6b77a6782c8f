import { type Fault, fault } from '@dema/errors';

interface Explanation {
  code: string;
  /** npm's own codes, as in "npm error code ETARGET". */
  npm: string[];
  /** What a program that npm runs says, for failures that have no code of their own. */
  text?: RegExp;
  problem: string;
  fix: string;
  blame: 'user' | 'platform';
}

const EXPLANATIONS: Explanation[] = [
  {
    code: 'NODEJS_LOCK_FILE_MISMATCH',
    npm: ['EUSAGE'],
    problem: 'package.json and the lock file do not agree.',
    fix: 'Run `npm install` in the app and commit the lock file that it mends.',
    blame: 'user',
  },
  {
    code: 'NODEJS_PACKAGE_VERSION_MISSING',
    npm: ['ETARGET', 'ENOVERSIONS'],
    problem: 'A package has no version such as package.json or the lock file asks for.',
    fix: 'Ask for a version that the registry has (`npm view NAME versions`), and commit package.json and the lock file. A mirror may be behind.',
    blame: 'user',
  },
  {
    code: 'NODEJS_PACKAGE_MISSING',
    npm: ['E404'],
    problem: 'The npm registry does not have a package that the app needs.',
    fix: 'Correct the name in package.json. A private package needs its registry and a token in .npmrc, or in an npmrc binding.',
    blame: 'user',
  },
  {
    code: 'NODEJS_PACKAGE_CORRUPT',
    npm: ['EINTEGRITY'],
    problem: 'A package that was downloaded is not the one that the lock file names.',
    fix: 'Find out which is right before anything else: a registry that serves other bytes for the same version is a reason for alarm. When the lock file is wrong, remove it, run `npm install`, and commit the new one.',
    blame: 'user',
  },
  {
    code: 'NODEJS_REGISTRY_CERTIFICATE_UNTRUSTED',
    npm: [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'CERT_HAS_EXPIRED',
    ],
    problem: 'The certificate of the npm registry, or of a proxy before it, is not trusted.',
    fix: "Add the authority's certificate to the machine's bundle, or name its file in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
    blame: 'platform',
  },
  {
    code: 'NODEJS_REGISTRY_UNAUTHORIZED',
    npm: ['E401', 'E403', 'ENEEDAUTH'],
    problem: 'The npm registry refuses to serve a package without other credentials.',
    fix: 'Put a token that may read it into .npmrc (by a variable, not as text), or into an npmrc binding.',
    blame: 'user',
  },
  {
    code: 'NODEJS_PACKAGE_NOT_CACHED',
    npm: ['ENOTCACHED'],
    problem: "This build has no network, and a package is not in npm's cache.",
    fix: 'Build once with network: what npm fetched then is kept for the next build.',
    blame: 'user',
  },
  {
    code: 'NODEJS_REGISTRY_UNREACHABLE',
    npm: [
      'ENOTFOUND',
      'EAI_AGAIN',
      'ECONNREFUSED',
      'ECONNRESET',
      'ETIMEDOUT',
      'ENETUNREACH',
      'EHOSTUNREACH',
      'ERR_SOCKET_TIMEOUT',
      'FETCH_ERROR',
    ],
    problem: 'The npm registry cannot be reached.',
    fix: 'Look at the address above, at `npm config get registry`, and at the proxy variables HTTPS_PROXY and NO_PROXY.',
    blame: 'platform',
  },
  {
    code: 'NODEJS_COMPILER_MISSING',
    npm: [],
    text: /^gyp ERR! (find Python|stack Error: not found: (make|g\+\+|c\+\+|cc)$)|^make: (cc|c\+\+|gcc|g\+\+): No such file/,
    problem: 'A package has native code, no ready-made binary of it fits, and the build image has no compiler for it.',
    fix: 'Take a release of the package that has binaries for Linux with glibc and this version of Node.js, or a package without native code. A lock file made on another platform may lack the packages that hold the binaries: remove it, run `npm install`, commit the new one. The builder `full` has python3, make and compilers (`--builder full`).',
    blame: 'user',
  },
];

const SCRIPT: Omit<Explanation, 'npm' | 'problem'> = {
  code: 'NODEJS_INSTALL_SCRIPT_FAILED',
  fix: 'Try `npm ci` on a fresh clone without its .git folder, which is no part of a build. All packages of package.json are there when the script runs, those of development too: a program that is not found is in none of them. A script that only people at work on the app need may fail in peace: end it with `|| true`.',
  blame: 'user',
};

const OTHER: Omit<Explanation, 'npm'> = {
  code: 'NODEJS_INSTALL_FAILED',
  problem: 'npm could not install the packages.',
  fix: 'The lines above are what npm says about it; the same command on a fresh clone of the app should show the same.',
  blame: 'user',
};

/** The script that failed, and the folder that it is from: of the app, or below node_modules. */
function findFailedScript(lines: string[]): string | undefined {
  const script = lines.flatMap((line) => /^command sh -c (.*)/.exec(line)?.[1] ?? [])[0];
  if (script === undefined) return undefined;
  const path = lines.flatMap((line) => /^path (.*)/.exec(line)?.[1] ?? [])[0] ?? '';
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
  return `${name ? `The package ${name}` : 'The app'} has a script for when it is installed, \`${script}\`, which failed.`;
}

/**
 * What a failed npm run means, found by npm's own code in its error lines.
 * @param trouble why it had no network
 */
export function explainNpmFailure(output: string, trouble?: Fault): Fault {
  const lines = readErrorLines(output);
  const codes = lines.flatMap((line) => /^(?:code|errno) (\S+)$/.exec(line)?.[1] ?? []);
  // A script of the app itself writes beside npm.
  const all = [...lines, ...readOtherLines(output, Number.POSITIVE_INFINITY)];
  const script = findFailedScript(lines);
  const { code, problem, fix, blame } =
    EXPLANATIONS.find(({ npm, text }) => {
      return codes.some((found) => npm.includes(found)) || (text && all.some((line) => text.test(line)));
    }) ?? (script ? { ...SCRIPT, problem: script } : OTHER);
  const isOfScript = code === SCRIPT.code;
  const said = lines.filter((line) => !isNoise(line) && !(isOfScript && OF_SCRIPT.test(line)));
  const details = isOfScript && said.length === 0 ? readOtherLines(output) : said;
  if (trouble && code === 'NODEJS_PACKAGE_NOT_CACHED') {
    const all = [...trouble.details, ...details];
    return fault('NODEJS_REGISTRY_UNREACHABLE', {
      problem: trouble.problem,
      fix: trouble.fix,
      blame: trouble.blame,
      details: all,
      cause: trouble,
    });
  }
  return fault(code, { problem, details: details.slice(0, 30), fix, blame });
}

/** What the fault of a script has said already. */
const OF_SCRIPT = /^(path |command failed$|command sh -c )/;

/** The last lines that are not npm's own. */
function readOtherLines(output: string, most = 10): string[] {
  const others = output.split('\n').filter((line) => line.trim() !== '' && !isNpmErrorLine(line));
  return others.slice(-most);
}

/** Lines by which npm says why it failed: `npm error ...` since version 10.6, `npm ERR! ...` before. */
const ERROR_LINE = /^npm (?:error|ERR!)(?: (.*))?$/;

export function isNpmErrorLine(line: string): boolean {
  return ERROR_LINE.test(line);
}

/** The text of those lines, up to the manual of the command that npm adds; without any, the last lines of all. */
function readErrorLines(output: string): string[] {
  const marked = output.split('\n').flatMap((line) => {
    const match = ERROR_LINE.exec(line.trimEnd());
    return match ? [match[1] ?? ''] : [];
  });
  if (marked.length === 0) return output.trimEnd().split('\n').slice(-20);
  const manual = marked.indexOf('Usage:');
  return manual === -1 ? marked : marked.slice(0, manual - 2);
}

const NOISE = [
  /^\s+at /,
  /^\s+(code|errno|syscall|address|port|type|requiredBy):/,
  /^(code|errno|syscall) /,
  /^}$/,
  /^gyp (ERR! find Python|ERR! stack at |ERR! cwd|ERR! node|ERR! System|ERR! not ok|info )/,
  /A complete log of this run/,
  /^Log files were not written/,
  /^`npm ci` can only install packages when/,
  /In most cases you/,
  /^network (This is a problem|If you are behind)/,
  /^If you are behind a proxy/,
  /^404 (Note that you can|tarball, folder)/,
  /^(404|network)?\s*$/,
];

function isNoise(line: string): boolean {
  return NOISE.some((pattern) => pattern.test(line));
}
