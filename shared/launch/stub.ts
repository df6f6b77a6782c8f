/**
 * The launcher as the kernel starts it: a private shell that evaluates what the launcher's code on QuickJS prints. The code
 * gets the untouched environment of the container as standard input, because the shell would keep only what it can name,
 * and descriptor 3 for what exec.d programs print. It runs without any environment so that no LD_PRELOAD of the app harms it.
 */
export function renderStub(folder: string, loader: string): string {
  return `#!${folder}/busybox sh
plan=
{ plan=$(exec ${folder}/busybox env -i ${folder}/${loader} --library-path ${folder} ${folder}/qjs -m ${folder}/launcher.js "$0" "$@"); } </proc/self/environ 3>&1
eval "\${plan:-echo 'error: the launcher could not read /proc/self/environ or could not be run; see that /proc is mounted and that ${folder} may be executed' >&2; exit 82}"
`;
}
