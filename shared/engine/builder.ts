import type { Image, Layer } from '@dema/oci';
import type { BuildpackDescriptor, EnvFile } from '@dema/spec';

/** A buildpack as a folder on this machine, in its packaged form: `buildpack.toml`, `bin/detect`, `bin/build`. */
export interface BuildpackFolder {
  folder: string;
  descriptor: BuildpackDescriptor;
  /** One that holds this buildpack alone and is there already: that of the package it came in, or of the store. */
  layer?: Layer;
  /** Files and folders, by their names in the folder, that stand elsewhere and that its layer has beside or instead of those there. */
  added?: Readonly<Record<string, string>>;
}

/** Buildpacks of our own kit leave restored layers in their places and say what they do with layers, and their descriptors say that. */
export function isOfKit({ metadata }: BuildpackDescriptor): boolean {
  return metadata['restored-layers'] === 'overlay';
}

export interface GroupMember {
  id: string;
  /** Without one, the only version of this id that the builder holds. */
  version?: string;
  optional: boolean;
}

/** The program that isolates what runs: bubblewrap in a tree of its own (`makeBubblewrap`), run through that tree's loader. */
export interface Bubblewrap {
  tree: string;
}

/** A builder as a value: everything that a build needs besides the app. Fields are those of a builder image (Platform specification, "Builder"). */
export interface Builder {
  name: string;
  buildpacks: BuildpackFolder[];
  /** Groups in order of preference (`order.toml`). */
  order: GroupMember[][];
  /** Stand before and after every group that does not name them itself (`system.toml`). */
  system: { pre: GroupMember[]; post: GroupMember[] };
  buildImage: {
    /** The image's file system, extracted. */
    tree: string;
    /** `NAME=value`, as in the image's configuration. */
    env: string[];
    /** Numeric user and group that buildpacks run as (`CNB_USER_ID`, `CNB_GROUP_ID`). */
    user: number;
    group: number;
    /** Home folder of that user, of which each build has a copy; without it an empty `DEFAULT_HOME`. */
    home?: string;
    /** Whether `/cnb` of the tree is that of a builder, with the buildpacks and what they may look for beside them. */
    isBuilder?: boolean;
    /** Of a container for a builder that is an image: where `/cnb/buildpacks` of that is, with what buildpacks look for beside them. */
    beside?: string;
    target: Target;
  };
  /** `reference` is the name without a digest, `pinned` the one with it. */
  runImage: { reference: string; pinned: string; mirrors: string[]; image: Image };
  launcher: {
    layer: Layer;
    version: string;
    /** Where its sources are, as far as that is known. */
    source?: { repository: string; commit: string };
    /** The newest Platform API that it understands of those that the engine acts as; without it the newest of all. */
    platformApi?: string;
    /** SBOM documents of what is in the layer, by their extensions, such as `cdx.json`. */
    sbom?: Record<string, string>;
  };
  /** What our own buildpacks share and find beside their own folder, where the build image does not have it there itself. */
  runtime?: Runtime;
  /** Without it builds run directly in the container that this process is in, which is one of the build image. */
  bubblewrap?: Bubblewrap;
  /** What the operator of the builder sets for every build: files of `/cnb/build-config/env`. */
  buildConfig: EnvFile[];
}

/** Node.js, and what launch helpers run on in images. */
export interface Runtime {
  version: string;
  node: string;
  launch: string;
}

export interface Target {
  os: string;
  arch: string;
  distroName: string;
  distroVersion: string;
}

/** Folders of the build and of the finished image (Platform specification). */
export const APP_DIR = '/workspace';
export const LAYERS_DIR = '/layers';
export const PLATFORM_DIR = '/platform';
export const BUILDPACKS_DIR = '/cnb/buildpacks';
export const EXTENSIONS_DIR = '/cnb/extensions';
/** The execution environment that images are built for (`CNB_EXEC_ENV`) when nobody says otherwise. */
export const PRODUCTION = 'production';
export const DEFAULT_HOME = '/home/cnb';
export const RUNTIME_ID = 'dema/runtime';
