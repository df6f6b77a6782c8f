import { registerSecret } from '@dema/errors';

export interface UserInfo {
  user: string;
  password: string;
}

/** User and password of an address, decoded where they can be. */
export function parseUserInfo(address: string): UserInfo | undefined {
  const { username, password } = URL.parse(address) ?? {};
  return username || password ? { user: decode(username ?? ''), password: decode(password ?? '') } : undefined;
}

/** Hides the password of an address from everything shown later, as it stands there and as it is sent. */
export function registerUserInfo(address: string): void {
  const userInfo = parseUserInfo(address);
  if (!userInfo) return;
  registerSecret(URL.parse(address)?.password ?? '');
  registerSecret(userInfo.password);
  registerSecret(encodeUserInfo(userInfo));
}

/** As it stands in a header of basic authentication. */
export function encodeUserInfo({ user, password }: UserInfo): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
