import { hideSecret } from '@dema/spec';

/** Parts of names by which people call what nobody else should see. */
const SECRET_NAME =
  /(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH)(_|$)/i;

/** Keeps values of variables whose names say that they are secret out of logs and events. */
export function hideVariables(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) if (SECRET_NAME.test(name)) hideSecret(value);
}
