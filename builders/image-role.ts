export type ImageRole = 'build' | 'run';

/** The user that a container of an image runs as. */
export interface ImageUser {
  name: string;
  uid: number;
  gid: number;
  home: string;
}
