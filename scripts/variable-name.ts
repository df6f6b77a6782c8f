/** Whether a variable of the environment can be called so; what a file of its name could not be called the engine refuses. */
export function isVariableName(name: string): boolean {
  return /^[^\s=\x00-\x1f]+$/.test(name);
}
