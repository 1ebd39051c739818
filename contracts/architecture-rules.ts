/** The rules by which two architectures are compared: what each says, why, and what to do instead. */

export interface ArchitectureRule {
  /** What is found, as a short heading. */
  title: string;
  /** Why it matters. */
  reason: string;
  instead: string;
}

/** By the `rule` of a finding. Rules that a repository states itself are not listed: they bring their own words. */
export const ARCHITECTURE_RULES: ReadonlyMap<string, ArchitectureRule> = new Map(
  Object.entries({
    'new-cycle': {
      title: 'New import cycle',
      reason:
        'Files that import each other in a circle can only be understood, tested and loaded together, and the order in which they load decides what works.',
      instead:
        'Move what both sides need into a file below them, or pass it in from above. An import of types only (`import type`) closes no such cycle.',
    },
    'module-cycle': {
      title: 'New cycle between modules',
      reason: 'Two modules that need each other are one module in two folders: neither can be changed, tested or taken out alone.',
      instead: 'Turn the new import round: let the lower module define what it needs, and let the upper one provide it.',
    },
    'new-module-edge': {
      title: 'New dependency between modules',
      reason: 'The base did not have it. It may be right; it is how layers erode when nobody looks.',
      instead: 'Keep it if the dependency is meant; otherwise reach the other module by one that may use it already.',
    },
    'new-package-edge': {
      title: 'New dependency between packages',
      reason: 'Packages are released and versioned by themselves; a new dependency between two of them binds their releases.',
      instead: 'Declare it in package.json if it is meant, or use what a package that is already depended on offers.',
    },
    'new-folder-edge': {
      title: 'New dependency between folders',
      reason: 'Inside a module, or between two that know each other already, the base had no such import. Most shortcuts look like this.',
      instead: 'Nothing, if it is meant; otherwise import from where the neighbours do.',
    },
    'unresolved-import': {
      title: 'Import that leads to no file',
      reason: 'The program cannot load it.',
      instead: 'Correct the path, or add the file that is meant.',
    },
    'production-imports-tests': {
      title: 'Production code imports test code',
      reason: 'Test code is not shipped: what runs in the tests breaks where the program is installed.',
      instead: 'Move what both need out of the test folder.',
    },
    'declared-rule': {
      title: 'Rule of the repository broken',
      reason: 'This repository states the rule itself, for dependency-cruiser, Nx, ESLint, Biome, oxlint, Sheriff or its workspace.',
      instead: 'Keep to the rule, or have those who own it change it in a commit of its own.',
    },
    'declared-rules-changed': {
      title: 'Architecture rules of the repository changed',
      reason: 'A change that edits the rules it is judged by should be seen by a person. It was judged by the rules of the base.',
      instead: 'Change rules in a commit of their own, with the reason in its message.',
    },
    'bypassed-door': {
      title: 'Module entered past its index',
      reason: 'So far everybody outside enters this module by its index, so its inside was free to change.',
      instead: 'Import from the index, and export there what is missing.',
    },
    'new-external-dependency': {
      title: 'New external dependency',
      reason: 'Every dependency is code that somebody else changes, and one more to update.',
      instead: 'Use what is there already where that is enough; otherwise declare it in the package that imports it.',
    },
    'new-clone': {
      title: 'Copied code',
      reason: 'A correction of one copy misses the other.',
      instead: 'Call the code that is there, or take out what both share.',
    },
    'complex-function': {
      title: 'Function that became hard to follow',
      reason: 'Every branch and every level of nesting is one more thing to keep in mind; mistakes gather where there are many.',
      instead: 'Return early, and take a part with a name of its own out of it.',
    },
    'public-export-removed': {
      title: 'Public export removed',
      reason: 'Whoever imports it breaks with the next release: a major change (semver.org, 8).',
      instead: 'Keep it and mark it @deprecated, or say that the removal is meant and release a major version.',
    },
    'public-export-unreadable': {
      title: 'Public export that cannot be read any more',
      reason: 'The manifest still promises it, and no source is found behind the promise: whether it is still there, nobody can tell.',
      instead: 'Let the entry in package.json lead to a source again, or take the entry away and release a major version.',
    },
    'public-declaration-changed': {
      title: 'Public declaration changed',
      reason: 'What others compile against is different now; whether that breaks them cannot be told from the text alone.',
      instead: 'Nothing, if callers still compile; otherwise add beside it what is new.',
    },
    'public-export-added': {
      title: 'Public export added',
      reason: 'What is public once has to be kept: a minor change (semver.org, 7).',
      instead: 'Nothing, if it is meant for others.',
    },
    'unused-export': {
      title: 'Export that nobody imports',
      reason: 'It looks as if somebody needed it, so nobody dares to change it.',
      instead: 'Use it, take `export` away, or remove it.',
    },
    orphan: {
      title: 'File that nobody imports',
      reason: 'It is no entry, and nothing leads to it.',
      instead: 'Import it where it is needed, or remove it.',
    },
  }),
);
