/** Manager: what differs between package managers. */

/** Where the registry keeps a program. */
export interface ProgramSource {
  /** The npm package it comes in. */
  package: string;
  /** What the user can type, and the file of the package with the first arguments that do it. */
  commands: Readonly<Record<string, readonly [file: string, ...args: string[]]>>;
  /** True when the files are programs of the machine, false when Node runs them. */
  isNative: boolean;
}

/** One way to install. None of them runs an install script, a plugin or a program of the repository. */
export interface InstallWay {
  /** What the user is told of it; empty when the lockfile was kept to the letter. */
  note: string;
  args: readonly string[];
}

export interface Manager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** @param version a version, or a major. @returns null when there is none for this platform. */
  source(version: string): ProgramSource | null;
  /**
   * Ways to try, in order. The later ones are for trees whose lockfile does not fit: better a tree that runs and a note than none.
   * @param downloads a folder that outlives the install, as the program sees it. @param version of the program.
   * @param node version of the project's Node, without `v`.
   */
  ways(options: { lockfile: string | null; downloads: string; version: string; node: string }): InstallWay[];
  /** Also where the project's own scripts call the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of installs alone. */
  installEnvironment(downloads: string, version: string): Record<string, string>;
}

export const NOT_LOCKED = 'no lockfile, so versions are those of the day it was first installed here';
export const NOT_FITTING = 'the lockfile does not fit package.json, so what differs was resolved anew';
export const WITHOUT_LOCKFILE = 'the lockfile could not be installed, so everything was resolved anew';
