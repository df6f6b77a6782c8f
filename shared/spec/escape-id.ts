/** A buildpack id as it stands in names of files and folders: `dema/nodejs` is `dema_nodejs`. */
export function escapeId(id: string): string {
  return id.replaceAll('/', '_');
}
