/** Whether a variable of the environment can be called so and be set by a shell, a container or a file of its name. */
export function isVariableName(name: string): boolean {
  return /^[^\s=/\x00-\x1f]+$/.test(name) && name !== '.' && name !== '..';
}
