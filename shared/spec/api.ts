/** The Platform API that the engine acts as. */
export const PLATFORM_API = '0.15';

/** The Buildpack API that our own buildpacks declare. */
export const BUILDPACK_API = '0.10';

export const SUPPORTED_APIS = {
  buildpack: ['0.7', '0.8', '0.9', '0.10', '0.11', '0.12'],
  platform: ['0.7', '0.8', '0.9', '0.10', '0.11', '0.12', '0.13', '0.14', '0.15'],
} as const;

export function supportsApi(kind: keyof typeof SUPPORTED_APIS, version: string): boolean {
  const parsed = parseApi(version);
  return parsed !== undefined && SUPPORTED_APIS[kind].some((supported) => compareApis(supported, version) === 0);
}

/** Compares as `<major>.<minor>` numbers; `1` is `1.0`. A text that is no API version is a mistake of the caller and throws. */
export function apiAtLeast(version: string, minimum: string): boolean {
  return compareApis(version, minimum) >= 0;
}

function compareApis(a: string, b: string): number {
  const [left, right] = [parseApi(a), parseApi(b)];
  if (!left || !right) throw new Error(`not an API version: "${left ? b : a}"`);
  return left.major - right.major || left.minor - right.minor;
}

function parseApi(text: string): { major: number; minor: number } | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?$/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2] ?? 0) } : undefined;
}
